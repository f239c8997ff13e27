import { AppError } from '../../../core/index.js';
import type { CallRecord, JudgeRow } from '../../model-config/index.js';
import { decideVote, needsTiebreaker } from './decide-vote.js';
import { describeVote } from './describe-vote.js';
import { findEligibleModels } from './find-eligible-models.js';
import type { JudgeCall, JudgeCaller } from './judge-caller.js';
import { JudgeExcludedError } from './judge-excluded.error.js';
import { hasAnswered, namesOf, voidOutcome, type Answered, type JudgeOutcome } from './judge-outcome.js';
import { PanelFailedError } from './panel-failed.error.js';
import { scoreVerdict } from './score-verdict.js';
import type { JudgeRole, Vote } from './vote.js';
import type { Exclusion, VoteResult } from './vote-result.js';

export interface VoteRequest {
  /** The panel; what each judge counts is above 0 and at most 1. */
  readonly seats: Readonly<Record<JudgeRole, { readonly judge: JudgeRow; readonly weight: number }>>;
  /** Models that any part of the draft is from, as they were asked for and as they were served. */
  readonly authors: ReadonlySet<string>;
  /** 0..1: scores that are no further apart agree. */
  readonly threshold: number;
  readonly caller: JudgeCaller;
}

const none: ReadonlySet<string> = new Set();
/** That are a panel. */
const fewestJudges = 2;

/**
 * Has a panel judge a draft: two judges at once, the third only where they do not settle it. Nobody judges what it
 * wrote, and a model votes once, by whatever judge it is reached (LE-5): such a verdict is paid for and void.
 */
export class JudgePanelVoter {
  /** @param isJudgeFailure whether an error means that a judge gave no verdict; any other one ends the vote */
  constructor(private readonly isJudgeFailure: (error: unknown) => boolean) {}

  /**
   * @throws PanelFailedError where no verdict counts
   * @throws what is no judge's failure: a cancellation, a wrong configuration
   */
  async vote(request: VoteRequest): Promise<VoteResult> {
    const [primary, second] = await both(
      this.ask('primary', request, none),
      this.ask('secondary', request, none),
    );
    const secondary = voidIfVoted(second, modelsOf([primary]));
    const outcomes = [primary, secondary];
    const ballots = { primary: ballotOf(primary), secondary: ballotOf(secondary) };
    if (!needsTiebreaker(ballots, request.threshold))
      return conclude({ ...ballots, tiebreaker: 'not-asked' }, outcomes, request);
    const third = await this.ask('tiebreaker', request, modelsOf(outcomes));
    return conclude({ ...ballots, tiebreaker: ballotOf(third) }, [...outcomes, third], request);
  }

  private async ask(
    role: JudgeRole,
    { seats, authors, caller }: VoteRequest,
    voted: ReadonlySet<string>,
  ): Promise<JudgeOutcome> {
    const { judge, weight } = seats[role];
    const avoid = new Set([...authors, ...voted]);
    const unanswered = { role, modelId: judge.modelId, servedModel: null };
    const exclusion = nameExclusion(judge, authors, voted);
    const excluded = { ...unanswered, failure: exclusion, exclusion, wasAsked: false, records: [] };
    if (findEligibleModels(judge, avoid).length === 0) return excluded;
    try {
      const answered = toAnswered(role, judge, weight, await caller.judge(role, judge, avoid));
      if (namesOf(answered).some((name) => authors.has(name)))
        return voidOutcome(answered, 'wrote the draft');
      return voidIfVoted(answered, voted);
    } catch (error) {
      if (error instanceof JudgeExcludedError) return excluded;
      if (!this.isJudgeFailure(error)) throw error;
      const failure = error instanceof AppError ? error.code : 'failed';
      return { ...unanswered, failure, exclusion: null, wasAsked: true, records: recordsOf(error) };
    }
  }
}

function conclude(
  ballots: Parameters<typeof decideVote>[0],
  outcomes: readonly JudgeOutcome[],
  { threshold }: VoteRequest,
): VoteResult {
  const decision = decideVote(ballots, threshold);
  if (decision.method !== 'failed') return describeVote(decision, outcomes);
  const failures = outcomes.map((outcome) =>
    hasAnswered(outcome) ? '' : `${outcome.role} (${outcome.modelId}): ${outcome.failure}`,
  );
  const excluded = outcomes.filter((outcome) => !hasAnswered(outcome) && outcome.exclusion !== null);
  throw new PanelFailedError({
    failures,
    records: outcomes.flatMap(({ records }) => records),
    isByExclusion: outcomes.length - excluded.length < fewestJudges,
    thirdAsked: outcomes.some((each) => each.role === 'tiebreaker' && (hasAnswered(each) || each.wasAsked)),
  });
}

/** Waits for both even if one throws: nothing may go on, and be paid for, behind a vote that has ended. */
async function both<T>(one: Promise<T>, other: Promise<T>): Promise<[T, T]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

function toAnswered(role: JudgeRole, judge: JudgeRow, weight: number, call: JudgeCall): Answered {
  const { verdict, servedModel, records } = call;
  const hasCritical = verdict.issues.some(({ severity }) => severity === 'critical');
  const vote = { score: scoreVerdict(verdict), hasCritical, confidence: verdict.confidence, weight };
  const modelId = records.findLast(({ outcome }) => outcome === 'ok')?.modelId ?? judge.modelId;
  return { role, modelId, servedModel, verdict, vote, records };
}

/** Why a judge is excluded, if it is. */
function nameExclusion(judge: JudgeRow, authors: ReadonlySet<string>, voted: ReadonlySet<string>): Exclusion {
  const couldJudge = findEligibleModels(judge, authors).length > 0;
  return couldJudge && voted.size > 0 ? 'voted already' : 'wrote the draft';
}

const voidIfVoted = (outcome: JudgeOutcome, voted: ReadonlySet<string>): JudgeOutcome =>
  hasAnswered(outcome) && namesOf(outcome).some((name) => voted.has(name))
    ? voidOutcome(outcome, 'voted already')
    : outcome;

const modelsOf = (outcomes: readonly JudgeOutcome[]): ReadonlySet<string> =>
  new Set(outcomes.filter(hasAnswered).flatMap(namesOf));

function ballotOf(outcome: JudgeOutcome): Vote | 'failed' | 'excluded' {
  if (hasAnswered(outcome)) return outcome.vote;
  return outcome.exclusion === null ? 'failed' : 'excluded';
}

const recordsOf = (error: unknown): readonly CallRecord[] =>
  error instanceof Error && 'records' in error && Array.isArray(error.records) ? error.records : [];
