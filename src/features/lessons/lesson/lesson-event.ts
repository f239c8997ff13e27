/** What a lesson tells while it is written; followed over server-sent events and by the CLI. */
export type LessonEvent =
  | { readonly type: 'node-started'; readonly node: string; readonly iteration: number }
  | {
      readonly type: 'node-finished';
      readonly node: string;
      readonly iteration: number;
      /** Of the lesson so far. */
      readonly tokens: number;
      /** US dollars, of the lesson so far. */
      readonly costUsd: number;
      /** False where a call may have cost what nobody said: both are the least it was. */
      readonly isCostComplete: boolean;
      /** Estimate of what remains until the next verdict; `null` while there is nothing to tell it from. */
      readonly remainingMs: number | null;
    }
  | { readonly type: 'section'; readonly done: number; readonly of: number }
  | {
      readonly type: 'verdict';
      readonly iteration: number;
      readonly score: number;
      readonly recommendation: string;
      readonly method: string;
    }
  /** The last one there is. */
  | {
      readonly type: 'ended';
      readonly status: 'done' | 'failed' | 'cancelled';
      readonly detail: string | null;
    };
