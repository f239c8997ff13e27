import { agree } from './agree.js';
import { combineVerdicts } from './combine-verdicts.js';
import { recommend, type Recommendation } from './recommend.js';
import { judgeRoles, type Ballots, type JudgeRole, type Vote } from './vote.js';

export type VoteMethod =
  'agreement' | 'tiebreak_majority' | 'tiebreak_split' | 'degraded_two' | 'degraded_single';

/** What the panel comes to; `failed`: nobody gave a verdict. */
export type Decision =
  | { readonly method: 'failed' }
  | (Omit<Vote, 'weight'> & {
      readonly method: VoteMethod;
      /** That of the score, or ESCALATE_TO_HUMAN: never another one. */
      readonly recommendation: Recommendation;
      /** Whose verdicts the score is made of. */
      readonly counted: readonly JudgeRole[];
      /** Who recommends something else, and was outvoted. */
      readonly dissent: readonly JudgeRole[];
    });

type Cast = { readonly role: JudgeRole; readonly vote: Vote };

/** The third judge is asked only where the first two do not settle it (CLEV, arXiv 2503.08542). */
export function needsTiebreaker(
  { primary, secondary }: Omit<Ballots, 'tiebreaker'>,
  threshold: number,
): boolean {
  return (
    typeof primary === 'string' || typeof secondary === 'string' || !agree(primary, secondary, threshold)
  );
}

/**
 * What the verdicts come to (LE-4), whatever became of each judge. Two verdicts are a consensus only where no third
 * judge was missed: `degraded_two` keeps a recommendation if they agree, and one verdict alone never does.
 */
export function decideVote(ballots: Ballots, threshold: number): Decision {
  const cast = judgeRoles.flatMap((role): Cast[] => {
    const vote = ballots[role];
    return typeof vote === 'string' ? [] : [{ role, vote }];
  });
  const [first, second, third] = cast;
  if (first === undefined) return { method: 'failed' };
  if (second === undefined) return conclude('degraded_single', cast, [], 'ESCALATE_TO_HUMAN');
  const isAgreed = agree(first.vote, second.vote, threshold);
  if (third !== undefined)
    return isAgreed ? conclude('agreement', [first, second], [third]) : decideThree(cast);
  if (!isAgreed) return conclude('degraded_two', cast, [], 'ESCALATE_TO_HUMAN');
  return conclude(ballots.tiebreaker === 'not-asked' ? 'agreement' : 'degraded_two', cast, []);
}

/** Only those who share the recommendation make the score: with the third one's in it, it could contradict them. */
function decideThree(cast: readonly Cast[]): Decision {
  const sharing = cast.map(({ vote }) => cast.filter((other) => recommend(other.vote) === recommend(vote)));
  const majority = sharing.find(({ length }) => length >= 2);
  if (majority === undefined) return conclude('tiebreak_split', cast, [], 'ESCALATE_TO_HUMAN');
  const rest = cast.filter((each) => !majority.includes(each));
  return conclude('tiebreak_majority', majority, rest);
}

function conclude(
  method: VoteMethod,
  counted: readonly Cast[],
  rest: readonly Cast[],
  overruled?: Recommendation,
): Decision {
  const whole = combineVerdicts(counted.map(({ vote }) => vote));
  const recommendation = overruled ?? recommend(whole);
  const dissent = rest.filter(({ vote }) => recommend(vote) !== recommendation);
  return {
    method,
    ...whole,
    recommendation,
    counted: counted.map(({ role }) => role),
    dissent: dissent.map(({ role }) => role),
  };
}
