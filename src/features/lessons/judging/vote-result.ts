import type { CallRecord } from '../../model-config/index.js';
import type { VoteMethod } from './decide-vote.js';
import type { Recommendation } from './recommend.js';
import type { Confidence, Verdict } from './verdict.js';
import type { JudgeRole } from './vote.js';

/** Why a judge of the panel has no say on this draft. */
export type Exclusion = 'wrote the draft' | 'voted already';

export type JudgeResult =
  | {
      readonly role: JudgeRole;
      /** That was asked and answered: the judge's model, or its fallback. */
      readonly modelId: string;
      readonly servedModel: string;
      readonly weight: number;
      readonly score: number;
      readonly recommendation: Recommendation;
      readonly confidence: Confidence;
      readonly verdict: Verdict;
      /** Whether the panel's score is made of it. */
      readonly counted: boolean;
    }
  | {
      readonly role: JudgeRole;
      readonly modelId: string;
      /** Of a verdict that is void; `null` where there was no answer. */
      readonly servedModel: string | null;
      /** An Exclusion, or the code of the error. */
      readonly failure: string;
    };

/** What the panel made of a draft (LE-4); kept with the lesson. */
export type VoteResult = {
  readonly method: VoteMethod;
  /** 0..1 */
  readonly score: number;
  readonly recommendation: Recommendation;
  readonly passes: boolean;
  readonly confidence: Confidence;
  readonly hasCritical: boolean;
  /** One of each role that was looked at, in the order of the roles. */
  readonly verdicts: readonly JudgeResult[];
  /** Of the verdicts that count. */
  readonly weights: Readonly<Partial<Record<JudgeRole, number>>>;
  readonly dissent: readonly JudgeRole[];
  readonly independence: {
    readonly excluded: readonly {
      readonly role: JudgeRole;
      readonly modelId: string;
      readonly reason: Exclusion;
    }[];
    /** Whether at least two judges are left beside those who wrote the draft (LE-5). */
    readonly isSufficient: boolean;
  };
  readonly thirdAsked: boolean;
  readonly records: readonly CallRecord[];
};
