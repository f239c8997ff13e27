import type { RowChange } from './diff-config.js';

/** How many of the living instances serve a change. */
export interface Reach {
  readonly serving: number;
  readonly live: number;
  /** How long that was waited for. */
  readonly ms: number;
  /** `3/3 in 41 ms`. */
  readonly summary: string;
  /** The names of those that do not serve it yet. */
  readonly missing: readonly string[];
}

/** What a change came to. */
export interface Publication {
  /** The configuration's version after the change. */
  readonly version: number;
  /** The same as `epoch:version`: a read that names it as its least version sees this change, on every instance. */
  readonly minVersion: string;
  /** The version, and so the ETag, of the row or panel that was named; `null` where none is or it is gone. */
  readonly rowVersion: number | null;
  readonly changes: readonly RowChange[];
  /** This process serves it already; others follow by notification, or within a poll. */
  readonly served: boolean;
  /** The answer to the first request with this Idempotency-Key. */
  readonly replayed: boolean;
}
