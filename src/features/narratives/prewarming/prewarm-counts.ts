export type PrewarmOutcome = 'skipped' | 'created' | 'failed';

/** What became of a file's profiles. Those of `total` that were not processed were not begun. */
export interface PrewarmCounts {
  readonly total: number;
  readonly processed: number;
  readonly skipped: number;
  readonly created: number;
  readonly failed: number;
}
