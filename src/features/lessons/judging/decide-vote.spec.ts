import { aVote } from '../../../../test/support/verdicts.js';
import { decideVote, needsTiebreaker, type Decision } from './decide-vote.js';
import { judgeRoles, type Ballots, type Vote } from './vote.js';

/** A and a agree, M and R agree with nobody; F failed, X must not judge, - was not asked. */
const signs: Record<string, Ballots['primary']> = {
  A: aVote(0.95),
  a: aVote(0.91),
  M: aVote(0.8),
  R: aVote(0.4),
  F: 'failed',
  X: 'excluded',
  '-': 'not-asked',
};
const roleOf: Record<string, string> = { p: 'primary', s: 'secondary', t: 'tiebreaker' };
const roles = (letters: string) => letters.split('').map((letter) => roleOf[letter]);
const cast = (signsOf: string): Ballots => {
  const [primary, secondary, tiebreaker] = signsOf.split(' ').map((sign) => signs[sign]!);
  return { primary: primary!, secondary: secondary!, tiebreaker: tiebreaker! };
};
const threshold = 0.1;

/** Judges; method; recommendation; score; whose verdicts count; who dissents. */
const rows: [string, string, string, number, string, string][] = [
  ['A a -', 'agreement', 'ACCEPT', 0.93, 'ps', ''],
  ['a A -', 'agreement', 'ACCEPT', 0.93, 'ps', ''],
  ['A a a', 'agreement', 'ACCEPT', 0.93, 'ps', ''],
  ['A a R', 'agreement', 'ACCEPT', 0.93, 'ps', 't'],
  ['A R a', 'tiebreak_majority', 'ACCEPT', 0.93, 'pt', 's'],
  ['R A a', 'tiebreak_majority', 'ACCEPT', 0.93, 'st', 'p'],
  ['A R R', 'tiebreak_majority', 'REGENERATE', 0.4, 'st', 'p'],
  ['R A R', 'tiebreak_majority', 'REGENERATE', 0.4, 'pt', 's'],
  ['A M R', 'tiebreak_split', 'ESCALATE_TO_HUMAN', 0.716_666_667, 'pst', ''],
  ['R A M', 'tiebreak_split', 'ESCALATE_TO_HUMAN', 0.716_666_667, 'pst', ''],

  ['A a F', 'degraded_two', 'ACCEPT', 0.93, 'ps', ''],
  ['A a X', 'degraded_two', 'ACCEPT', 0.93, 'ps', ''],
  ['A F a', 'degraded_two', 'ACCEPT', 0.93, 'pt', ''],
  ['A X a', 'degraded_two', 'ACCEPT', 0.93, 'pt', ''],
  ['F A a', 'degraded_two', 'ACCEPT', 0.93, 'st', ''],
  ['X A a', 'degraded_two', 'ACCEPT', 0.93, 'st', ''],
  ['A R F', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'ps', ''],
  ['A R X', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'ps', ''],
  ['A R -', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'ps', ''],
  ['A F R', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'pt', ''],
  ['A X R', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'pt', ''],
  ['F A R', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'st', ''],
  ['X A R', 'degraded_two', 'ESCALATE_TO_HUMAN', 0.675, 'st', ''],

  ['A F F', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 'p', ''],
  ['A F X', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 'p', ''],
  ['A X F', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 'p', ''],
  ['A X X', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 'p', ''],
  ['A F -', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 'p', ''],
  ['F A F', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 's', ''],
  ['F A X', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 's', ''],
  ['X A F', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 's', ''],
  ['X A X', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 's', ''],
  ['F F A', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 't', ''],
  ['F X A', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 't', ''],
  ['X F A', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 't', ''],
  ['X X A', 'degraded_single', 'ESCALATE_TO_HUMAN', 0.95, 't', ''],
];
const failed = ['F F F', 'F F X', 'F X F', 'F X X', 'X F F', 'X F X', 'X X F', 'X X X', 'F F -'];

describe('what the panel comes to, by what became of each judge', () => {
  it.each(rows)('%s: %s, %s at %d (LE-4)', (judges, method, recommendation, score, counted, dissent) => {
    expect(decideVote(cast(judges), threshold)).toEqual({
      method,
      recommendation,
      score,
      hasCritical: false,
      confidence: 'high',
      counted: roles(counted),
      dissent: roles(dissent),
    });
  });

  it.each(failed)('%s: failed (LE-4)', (judges) => {
    expect(decideVote(cast(judges), threshold)).toEqual({ method: 'failed' });
  });

  it('leaves out no combination of verdict, failure and exclusion, agreeing or not (LE-4)', () => {
    const kindOf = (sign: string) => (/[FX]/.test(sign) ? sign : 'V');
    const tried = new Set(
      [...rows.map(([judges]) => judges), ...failed].map((judges) => {
        const verdicts = judges.split(' ').filter((sign) => /[AaMR]/.test(sign));
        const isAgreed = verdicts.slice(0, 2).join('').toLowerCase() === 'aa';
        return `${judges.split(' ').map(kindOf).join('')} ${verdicts.length < 2 || isAgreed}`;
      }),
    );
    const kinds = ['V', 'F', 'X'];
    const all = kinds.flatMap((p) => kinds.flatMap((s) => kinds.map((t) => p + s + t)));
    const cases = all.flatMap((each) =>
      each.split('V').length > 2 ? [`${each} true`, `${each} false`] : [`${each} true`],
    );
    expect(cases).toHaveLength(34);
    expect(cases.filter((each) => !tried.has(each))).toEqual([]);
  });
});

describe('the third judge', () => {
  it.each([
    ['A a', false],
    ['A M', true],
    ['A R', true],
    ['A F', true],
    ['F A', true],
    ['A X', true],
    ['X A', true],
    ['F F', true],
  ])('%s: is needed: %s (LE-3)', (judges, expected) => {
    expect(needsTiebreaker(cast(`${judges} -`), threshold)).toBe(expected);
  });
});

describe('a vote', () => {
  const decide = (...votes: (Vote | 'failed')[]): Extract<Decision, { score: number }> => {
    const [primary, secondary, tiebreaker] = votes;
    const ballots: Ballots = {
      primary: primary!,
      secondary: secondary!,
      tiebreaker: tiebreaker ?? 'not-asked',
    };
    return decideVote(ballots, threshold) as Extract<Decision, { score: number }>;
  };
  const low = { confidence: 'low' } as const;
  const critical = { hasCritical: true };

  it('of .76 and .74 is no agreement: they are in two bands (LE-4)', () => {
    expect(needsTiebreaker({ primary: aVote(0.76), secondary: aVote(0.74) }, threshold)).toBe(true);
    expect(decide(aVote(0.76), aVote(0.74), aVote(0.7))).toMatchObject({
      method: 'tiebreak_majority',
      recommendation: 'ITERATIVE_REFINEMENT',
      score: 0.72,
      dissent: ['primary'],
    });
  });

  it('of .95 ACCEPT against .40 REGENERATE with a failed tiebreaker is no consensus (LE-4)', () => {
    expect(decide(aVote(0.95), aVote(0.4), 'failed')).toMatchObject({
      method: 'degraded_two',
      recommendation: 'ESCALATE_TO_HUMAN',
    });
  });

  it('agrees at the edge of the threshold, and not beyond it (LE-3)', () => {
    expect(decide(aVote(0.7), aVote(0.6)).method).toBe('agreement');
    expect(decide(aVote(0.71), aVote(0.6), aVote(0.1)).method).toBe('tiebreak_majority');
  });

  it('counts by weight (LE-4)', () => {
    expect(decide(aVote(1, { weight: 0.75 }), aVote(0.92, { weight: 0.25 })).score).toBe(0.98);
  });

  it('leaves out of the score whoever was outvoted, so that the score is that of the recommendation (LE-4)', () => {
    expect(decide(aVote(0.9), aVote(0), aVote(0.92))).toMatchObject({
      score: 0.91,
      recommendation: 'ACCEPT',
    });
  });

  it('in which low confidence is shared goes to a person, by majority (LE-4)', () => {
    expect(decide(aVote(0.95, low), aVote(0.93, low), aVote(0.95))).toMatchObject({
      method: 'tiebreak_majority',
      recommendation: 'ESCALATE_TO_HUMAN',
      confidence: 'low',
      dissent: ['tiebreaker'],
    });
  });

  it('of one who is not sure is settled by the third, and is as sure as those who count (LE-4)', () => {
    expect(decide(aVote(0.95), aVote(0.95, low), aVote(0.93, { confidence: 'medium' }))).toMatchObject({
      method: 'tiebreak_majority',
      recommendation: 'ACCEPT',
      confidence: 'medium',
    });
  });

  it('with a critical issue never accepts, however good the score (LE-3)', () => {
    expect(decide(aVote(0.95, critical), aVote(0.95, critical))).toMatchObject({
      method: 'agreement',
      recommendation: 'ITERATIVE_REFINEMENT',
      hasCritical: true,
    });
    expect(decide(aVote(0.95, critical), aVote(0.65), aVote(0.3))).toMatchObject({
      method: 'tiebreak_majority',
      score: 0.8,
      recommendation: 'ITERATIVE_REFINEMENT',
    });
  });

  it('of one band by two judges too far apart keeps no recommendation where the third failed (LE-4)', () => {
    expect(decide(aVote(0.1), aVote(0.5), 'failed')).toMatchObject({
      method: 'degraded_two',
      recommendation: 'ESCALATE_TO_HUMAN',
    });
  });

  it('has a judge for every role of the panel (LE-4)', () => {
    expect(judgeRoles).toEqual(['primary', 'secondary', 'tiebreaker']);
  });
});
