import type { CallRecord } from '../../model-config/index.js';
import type { LessonJob } from './lesson-writer.js';
import type { Verdict } from '../judging/verdict.js';
import type { VoteResult } from '../judging/vote-result.js';
import type { Outline } from './outline.js';

/** A lesson on its way through the nodes; each gives a new one. */
export interface LessonState {
  readonly job: LessonJob;
  /** From 1: which draft this is to become. */
  readonly iteration: number;
  readonly outline: Outline | null;
  /** Markdown of each section of the specification. */
  readonly sections: readonly string[];
  /** Markdown of the whole; `null` until it is assembled. */
  readonly draft: string | null;
  /** What the judges found wrong with the draft before. */
  readonly issues: Verdict['issues'];
  /** Of the draft; `null` until it is judged, and where nobody may. */
  readonly vote: VoteResult | null;
  /** The models that served any of it, as they were asked for and by their own word: none of them may judge it. */
  readonly authors: ReadonlySet<string>;
  /** Every model that was asked so far. */
  readonly calls: readonly CallRecord[];
}

export const newLesson = (job: LessonJob): LessonState => ({
  job,
  iteration: 1,
  outline: null,
  sections: [],
  draft: null,
  issues: [],
  vote: null,
  authors: new Set(),
  calls: [],
});
