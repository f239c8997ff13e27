import type { PromotedFacts } from '../cache/cache-options.js';
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
  /** The longest that a tier keeps anything (ms). */
  readonly maxTtlMs: number;
  /** Default: values are JSON already. */
  readonly codec?: ValueCodec<T>;
}

/** What is left (ms) of an entry's time in a tier that was asked at this moment. */
export interface Counted {
  readonly leftMs: number;
  readonly askedAt: number;
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

  /** How long a tier keeps an entry from its confirmation on (ms), where it is not told to keep it for less. */
  keptMs(absent: boolean, maxAgeMs: number): number {
    return absent ? maxAgeMs : maxAgeMs + this.options.cache.policy.staleMs;
  }

  /** @param counted what the tier itself has counted down of the time for which it keeps the entry */
  factsOf(key: string, stored: StoredEntry, counted: Counted | null = null): PromotedFacts {
    const { clock } = this.options;
    const { asOf, scopes, confirmedAt, maxAgeMs, message } = stored;
    // A wall clock that was set back makes nothing younger: of both clocks the one that says older counts (CO-14).
    const believed = Math.min(confirmedAt, clock.now() - (clock.wall() - confirmedAt));
    const broughtAt = clock.now() - Math.max(0, clock.wall() - stored.storedAt);
    const facts = { asOf, scopes, confirmedAt: believed, maxAgeMs, message, broughtAt };
    if (counted === null) return facts;
    const confirmedBy = this.confirmedBy(key, stored, counted);
    // A clock that is ahead of this one tells nothing of the age: what was counted down does.
    const isAhead = confirmedAt > clock.wall();
    return { ...facts, confirmedAt: isAhead ? confirmedBy : believed, confirmedBy, toldAt: confirmedAt };
  }

  /**
   * So old it is at least: no wall clock, of this process or of the one that stored it, makes it younger. The tier was
   * asked before it counted.
   */
  private confirmedBy(key: string, { absent, maxAgeMs }: StoredEntry, { leftMs, askedAt }: Counted): number {
    const { cache, maxTtlMs } = this.options;
    const keptMs = Math.min(maxTtlMs, this.keptMs(absent, maxAgeMs ?? cache.usualMaxAgeMs(key, absent)));
    return askedAt - Math.max(0, keptMs - leftMs);
  }
}
