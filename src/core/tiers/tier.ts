import type { StoredEntry } from './stored-entry.js';

export type TierName = 'redis' | 'disk';

/** What became of a write; `too-large` is a value beyond the namespace's limit, which is in no tier but memory. */
export type SetOutcome = 'stored' | 'older' | 'too-large';

export interface SetOptions {
  /** How long the tier keeps it, counted from now (ms); `null` for as long as there is room. */
  readonly ttlMs: number | null;
  /** The limit on the stored bytes; `null` for none. */
  readonly maxBytes: number | null;
  /** Never evicted to make room, and never read as expired: the last known good. */
  readonly pinned: boolean;
  /**
   * By observation: of one epoch the entry stands that was confirmed later, and what was read before this version of it
   * gives way to what was read since. Default `null`: by version (`supersedes`).
   */
  readonly currentFrom?: number | null;
}

export interface GetOptions {
  /** Whether to tell how long the entry will be kept. Default: no. */
  readonly countdown?: boolean;
}

/** An entry that a tier holds. */
export interface HeldEntry extends StoredEntry {
  /**
   * What is left (ms) of the time for which it is kept, as the tier itself counts it down; where it was asked for, and
   * the tier can tell.
   */
  readonly leftMs?: number;
}

/** What a tier holds of one namespace, as far as it can tell cheaply. */
export interface TierUsage {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Port: where entries are mirrored beyond memory. A mirror may lose anything at any moment; it must not invent. Every
 * method settles within the adapter's own deadline, and rejects with a `TierUnavailableError` when the tier does not
 * answer: at once, while that is known. Each tells the `Report` of what went wrong; callers need not.
 */
export interface Tier {
  readonly name: TierName;
  /** The entry, or `null`. What is corrupt, foreign or over-long is deleted, reported and not there. */
  get(namespace: string, key: string, options?: GetOptions): Promise<HeldEntry | null>;
  /** Stores the entry unless what is held is newer (`supersedes`). */
  set(namespace: string, key: string, entry: StoredEntry, options: SetOptions): Promise<SetOutcome>;
  /** True when there was one. */
  delete(namespace: string, key: string): Promise<boolean>;
  /** Deletes every entry of the namespace whose key begins with `prefix`; `''` is all. Returns how many. */
  deletePrefix(namespace: string, prefix: string): Promise<number>;
  usage(namespace: string): Promise<TierUsage>;
}
