import type { AsOf } from '../coherence/as-of.js';

/** What is told of a value when it is stored. Moments are milliseconds on the clock's `now()` timeline. */
export interface EntryFacts {
  /** `null` for values that belong to no stream. */
  readonly asOf: AsOf | null;
  readonly scopes: readonly string[];
  readonly confirmedAt: number;
  /** The entry's own maxAge, jitter included. */
  readonly maxAgeMs: number;
  /** What the origin said with its "does not exist". */
  readonly message?: string | null;
  /** It was read by another process, or an earlier one: nothing but the log proves it (PROTOCOL CO-11). */
  readonly isPromoted?: boolean;
}

/**
 * One stored value, or the authoritative word that there is none. Every field is set in the constructor, in one
 * order, so that all entries share one hidden class (PROTOCOL CO-16).
 */
export class Entry<T> {
  readonly key: string;
  readonly value: T;
  readonly absent: boolean;
  readonly message: string | null;
  /** Where it was read, or a later point of the same history at which it was still proven current. */
  asOf: AsOf | null;
  readonly scopes: readonly string[];
  confirmedAt: number;
  maxAgeMs: number;
  /** It came from a tier, and the log has not shown its change yet. */
  isPromoted: boolean;
  /** The log has shown its change: it is part of a history that this process has applied. */
  isShown: boolean;
  /** The generation of the stream at which this entry was last proven current. */
  generation: number;
  /** The local moment it was first seen to be superseded; `null`, which takes no memory, while it is not. */
  supersededAt: number | null;
  /** The local moment it was taken for superseded by somebody's word, whatever the stream says; or `null`. */
  revokedAt: number | null;

  constructor(key: string, value: T, absent: boolean, facts: EntryFacts) {
    this.key = key;
    this.value = value;
    this.absent = absent;
    this.message = facts.message ?? null;
    this.asOf = facts.asOf;
    this.scopes = facts.scopes;
    this.confirmedAt = facts.confirmedAt;
    this.maxAgeMs = facts.maxAgeMs;
    this.isPromoted = facts.isPromoted ?? false;
    this.isShown = false;
    this.generation = -1;
    this.supersededAt = null;
    this.revokedAt = null;
  }
}
