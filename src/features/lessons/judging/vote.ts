import type { JudgeRow } from '../../model-config/index.js';
import type { Confidence } from './verdict.js';

export type JudgeRole = JudgeRow['role'];

export const judgeRoles: readonly JudgeRole[] = ['primary', 'secondary', 'tiebreaker'];

/** What of a verdict decides. */
export type Vote = {
  /** 0..1 */
  readonly score: number;
  readonly hasCritical: boolean;
  readonly confidence: Confidence;
  /** Above 0, at most 1. */
  readonly weight: number;
};

/** What came of each role; `excluded`: must not judge this draft. */
export type Ballots = Readonly<Record<JudgeRole, Vote | 'failed' | 'excluded' | 'not-asked'>>;
