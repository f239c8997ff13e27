import type { SetFacts } from '../cache/cache-options.js';
import type { Entry } from '../cache/entry.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { StoredEntry } from './stored-entry.js';
import { plainJson, type ValueCodec } from './value-codec.js';

/** So many epochs that are over are told with an entry: far more than are lost while it lives. */
const maxEpochsTold = 8;

export interface EntryFormOptions<T> {
  readonly clock: Clock;
  readonly cache: StaleWhileRevalidateCache<T>;
  /** Default: values are JSON already. */
  readonly codec?: ValueCodec<T>;
}

/** What leaves the process of an entry, and what is believed of it when it comes back. */
export class EntryForm<T> {
  private readonly codec: ValueCodec<T>;

  constructor(private readonly options: EntryFormOptions<T>) {
    this.codec = options.codec ?? (plainJson as ValueCodec<T>);
  }

  /** Throws what the codec throws for a value that it does not know. */
  storedOf(entry: Entry<T>): StoredEntry {
    const { clock, cache } = this.options;
    const now = clock.wall();
    return {
      value: entry.absent ? null : this.codec.encode(entry.value),
      absent: entry.absent,
      message: entry.message,
      asOf: entry.asOf,
      scopes: entry.scopes,
      confirmedAt: now - (clock.now() - entry.confirmedAt),
      storedAt: now,
      maxAgeMs: cache.ownMaxAge(entry),
      schema: this.codec.schema,
      left: cache.epochsLeft.slice(-maxEpochsTold),
    };
  }

  /** It was written by a later version of the program, which may still read it. */
  isOfLaterSchema({ schema }: StoredEntry): boolean {
    return schema > this.codec.schema;
  }

  /** Throws for what is no valid value; `undefined` where there is authoritatively none. */
  valueOf({ absent, value, schema }: StoredEntry): T | undefined {
    if (absent) return undefined;
    const decoded = this.codec.decode(value, schema);
    if (decoded === undefined) throw new TypeError('A value that is there cannot be undefined');
    return decoded;
  }

  factsOf({ asOf, scopes, confirmedAt, maxAgeMs, message }: StoredEntry): SetFacts {
    const { clock } = this.options;
    return {
      asOf,
      scopes,
      // A wall clock that was set back makes nothing younger: of both clocks the one that says older counts (CO-14).
      confirmedAt: Math.min(confirmedAt, clock.now() - (clock.wall() - confirmedAt)),
      maxAgeMs,
      message,
    };
  }
}
