/** What is loaded to be there before anybody asks. */
export interface WarmRef {
  readonly type: string;
  /** Of a signal, or the name of a feed. */
  readonly id: string;
}

export interface WarmPlan {
  /** Each once; of a feed, all articles of which come by one request, its name stands for the id. */
  readonly refs: readonly WarmRef[];
  readonly skipped: readonly { readonly type: string; readonly why: string }[];
}

export interface WarmCounts {
  /** Signals and feeds, of which each counts as one. */
  readonly total: number;
  readonly processed: number;
  readonly loaded: number;
  /** The source has none. */
  readonly missing: number;
  readonly failed: number;
}
