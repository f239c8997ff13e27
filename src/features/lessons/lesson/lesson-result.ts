import type { CallRecord } from '../../model-config/index.js';
import type { VoteMethod } from '../judging/decide-vote.js';
import type { VoteResult } from '../judging/vote-result.js';
import type { Iteration } from '../refining/decide-next.js';
import type { CostSummary } from './cost-summary.js';

/** A draft that was judged; `method` is how the panel came to its score. */
export type JudgedDraft = Iteration & { readonly method: VoteMethod };

/** What became of a lesson. */
export type LessonResult = {
  readonly outcome: 'accepted' | 'best-effort' | 'escalated';
  /** Why it is not accepted. */
  readonly because: string | null;
  /** The draft that was taken; where a person has to decide, the best one. */
  readonly markdown: string;
  /** Which draft that is, from 1. */
  readonly iteration: number;
  /** Every draft that was judged, oldest first. */
  readonly iterations: readonly JudgedDraft[];
  /** The vote on the draft that was taken; `null`: nobody was left who may judge it. */
  readonly vote: VoteResult | null;
  /** Every model that was asked. */
  readonly calls: readonly CallRecord[];
  readonly cost: CostSummary;
};
