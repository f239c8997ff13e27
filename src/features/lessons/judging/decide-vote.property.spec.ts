import * as fc from 'fast-check';
import { decideVote, needsTiebreaker, type Decision } from './decide-vote.js';
import { recommend } from './recommend.js';
import type { Ballots, JudgeRole, Vote } from './vote.js';

const runs = { numRuns: 1_000, seed: 20261122 };

const hundredth = (min: number) => fc.integer({ min, max: 100 }).map((n) => n / 100);
const vote: fc.Arbitrary<Vote> = fc.record({
  score: hundredth(0),
  hasCritical: fc.boolean(),
  confidence: fc.constantFrom('low', 'medium', 'high', 'high'),
  weight: hundredth(1),
});
const ballot = (...none: ('failed' | 'excluded' | 'not-asked')[]) =>
  fc.oneof({ weight: 4, arbitrary: vote }, { weight: 2, arbitrary: fc.constantFrom(...none) });
const ballots: fc.Arbitrary<Ballots> = fc.record({
  primary: ballot('failed', 'excluded'),
  secondary: ballot('failed', 'excluded'),
  tiebreaker: ballot('failed', 'excluded', 'not-asked'),
});
const threshold = fc.constantFrom(0, 0.05, 0.1, 0.3, 1);

const votesOf = (cast: Ballots, roles: readonly JudgeRole[]): Vote[] =>
  roles.map((role) => cast[role]).filter((each) => typeof each !== 'string');
const check = (
  holds: (cast: Ballots, decision: Exclude<Decision, { method: 'failed' }>, threshold: number) => void,
) =>
  fc.assert(
    fc.property(ballots, threshold, (cast, within) => {
      const decision = decideVote(cast, within);
      fc.pre(decision.method !== 'failed');
      holds(cast, decision as Exclude<Decision, { method: 'failed' }>, within);
    }),
    runs,
  );

describe('whatever the judges say', () => {
  it('the recommendation is that of the score, or to ask a person (LE-4)', () => {
    check((_, decision) =>
      expect(['ESCALATE_TO_HUMAN', recommend(decision)]).toContain(decision.recommendation),
    );
  });

  it('the score is within those that count, and they are at least one (LE-4)', () => {
    check((cast, { score, counted }) => {
      const scores = votesOf(cast, counted).map((each) => each.score);
      expect(score).toBeGreaterThanOrEqual(Math.min(...scores));
      expect(score).toBeLessThanOrEqual(Math.max(...scores));
    });
  });

  it('an agreement is of two verdicts that need no third, and nobody failed (LE-4)', () => {
    check((cast, { method, counted }, within) => {
      const isAgreement = method === 'agreement';
      const isWhole = Object.values(cast).every((each) => each !== 'failed' && each !== 'excluded');
      expect(isAgreement).toBe(isWhole && !needsTiebreaker(cast, within));
      expect(counted.length >= (isAgreement ? 2 : 1)).toBe(true);
    });
  });

  it('a critical issue that counts never ends in an ACCEPT (LE-3)', () => {
    check((cast, { counted, hasCritical, recommendation }) => {
      expect(hasCritical).toBe(votesOf(cast, counted).some((each) => each.hasCritical));
      expect(hasCritical && recommendation.startsWith('ACCEPT')).toBe(false);
    });
  });

  it('one verdict alone, and three that share nothing, go to a person (LE-4)', () => {
    check((_, { method, recommendation }) => {
      const mustEscalate = method === 'degraded_single' || method === 'tiebreak_split';
      expect(!mustEscalate || recommendation === 'ESCALATE_TO_HUMAN').toBe(true);
    });
  });

  it('primary and secondary may change places, weights and all (LE-4)', () => {
    const swapped: Record<JudgeRole, JudgeRole> = {
      primary: 'secondary',
      secondary: 'primary',
      tiebreaker: 'tiebreaker',
    };
    const inOrder = (roles: readonly JudgeRole[]) => roles.toSorted();
    check((cast, decision, within) => {
      const other = { ...cast, primary: cast.secondary, secondary: cast.primary };
      const { counted, dissent, ...rest } = decideVote(other, within) as typeof decision;
      expect({
        ...rest,
        counted: inOrder(counted.map((role) => swapped[role])),
        dissent: inOrder(dissent.map((role) => swapped[role])),
      }).toEqual({ ...decision, counted: inOrder(decision.counted), dissent: inOrder(decision.dissent) });
    });
  });

  it('the vote fails exactly where there is no verdict (LE-4)', () => {
    fc.assert(
      fc.property(ballots, threshold, (cast, within) => {
        const isNone = Object.values(cast).every((each) => typeof each === 'string');
        expect(decideVote(cast, within).method === 'failed').toBe(isNone);
      }),
      runs,
    );
  });
});
