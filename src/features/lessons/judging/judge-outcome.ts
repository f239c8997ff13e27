import type { CallRecord } from '../../model-config/index.js';
import type { Verdict } from './verdict.js';
import type { JudgeRole, Vote } from './vote.js';
import type { Exclusion } from './vote-result.js';

export type Answered = {
  readonly role: JudgeRole;
  readonly modelId: string;
  readonly servedModel: string;
  readonly verdict: Verdict;
  readonly vote: Vote;
  readonly records: readonly CallRecord[];
};

export type Unanswered = {
  readonly role: JudgeRole;
  readonly modelId: string;
  readonly servedModel: string | null;
  readonly failure: string;
  /** `null`: it failed. */
  readonly exclusion: Exclusion | null;
  /** Whether any model was. */
  readonly wasAsked: boolean;
  readonly records: readonly CallRecord[];
};

/** What came of one judge. */
export type JudgeOutcome = Answered | Unanswered;

export const hasAnswered = (outcome: JudgeOutcome): outcome is Answered => 'vote' in outcome;

/** Both names of who gave a verdict: as it was asked for, and as the upstream says. */
export const namesOf = ({ modelId, servedModel }: Answered): readonly string[] => [modelId, servedModel];

/** A verdict that must not count: paid for, and of no say. */
export function voidOutcome(answered: Answered, exclusion: Exclusion): Unanswered {
  const { role, modelId, servedModel, records } = answered;
  return { role, modelId, servedModel, failure: exclusion, exclusion, wasAsked: true, records };
}
