import type { AsOf } from './as-of.js';

/** One row of the change log. */
export interface Change {
  readonly version: number;
  readonly changeId: string;
  readonly kind: 'changed' | 'purged';
  readonly scope: string;
}

/** What one poll answers: the counter and the log beyond what was applied, read in one statement. */
export interface PollReply extends AsOf {
  /** Log rows up to this version are gone. */
  readonly trimmedTo: number;
  /** The log's change id at the version asked about; `null` when it holds no such row. */
  readonly changeIdAtApplied: string | null;
  /** In ascending version; no version is cut in two. */
  readonly changes: readonly Change[];
  /** The log holds more rows than one reply carries. */
  readonly more: boolean;
  /** A standby answered: its word confirms nothing. */
  readonly inRecovery: boolean;
}

/** Port: where a stream's changes are learnt. Every method rejects within the adapter's own deadline. */
export interface ChangeFeed {
  /** `after` is the version applied, or `null` at boot, which asks for all of the log. */
  poll(after: number | null): Promise<PollReply>;
  /** Calls `wake` when something may have changed; it may be lost, repeated or late. Returns the way to stop. */
  subscribe(wake: () => void): () => Promise<void>;
  /** Starts a new lineage if `expected` is still the current one (compare-and-set). */
  raiseEpoch(expected: string): Promise<void>;
}
