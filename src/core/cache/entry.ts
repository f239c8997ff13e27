import type { AsOf } from '../coherence/as-of.js';

/** What is told of a value when it is stored. Moments are milliseconds on the clock's `now()` timeline. */
export interface EntryFacts {
  /** `null` for values that belong to no stream. */
  readonly asOf: AsOf | null;
  readonly scopes: readonly string[];
  readonly confirmedAt: number;
  /** The entry's own maxAge, jitter included. */
  readonly maxAgeMs: number;
}

/**
 * One stored value, or the authoritative word that there is none. Every field is set in the constructor, in one
 * order, so that all entries share one hidden class (PROTOCOL CO-16).
 */
export class Entry<T> {
  readonly value: T;
  readonly absent: boolean;
  /** Where it was read, or a later point of the same history at which it was still proven current. */
  asOf: AsOf | null;
  readonly scopes: readonly string[];
  confirmedAt: number;
  readonly maxAgeMs: number;
  /** The generation of the stream at which this entry was last proven current. */
  generation: number;
  /** The local moment it was first seen to be superseded; `Infinity` while it is not. */
  supersededAt: number;
  /** The local moment it was taken for superseded by somebody's word, whatever the stream says; or `Infinity`. */
  revokedAt: number;

  constructor(value: T, absent: boolean, facts: EntryFacts) {
    this.value = value;
    this.absent = absent;
    this.asOf = facts.asOf;
    this.scopes = facts.scopes;
    this.confirmedAt = facts.confirmedAt;
    this.maxAgeMs = facts.maxAgeMs;
    this.generation = -1;
    this.supersededAt = Number.POSITIVE_INFINITY;
    this.revokedAt = Number.POSITIVE_INFINITY;
  }
}
