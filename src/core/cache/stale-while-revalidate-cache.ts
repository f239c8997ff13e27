import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.js';
import type { AsOf } from '../coherence/as-of.js';
import { reloadAfterMs } from '../coherence/reload-after.js';
import { Stream, type Holder } from '../coherence/stream.js';
import { band } from '../policy/band.js';
import { resolvePolicy, type ResolvedPolicy } from '../policy/policy.js';
import { spreadMaxAge } from '../policy/spread-max-age.js';
import type { CacheOptions, SetFacts } from './cache-options.js';
import { deepFreeze } from './deep-freeze.js';
import type { EntryMap } from './entry-map.js';
import { Entry } from './entry.js';
import { mayReplace } from './merge-entry.js';
import { ReadResult, type Reason, type Standing } from './read-result.js';

/** A counter-confirmed value older than this has missed several polls: its answers say `unconfirmed`. */
const unconfirmedAfterMs = 5_000;

const standing = (reason: Reason, absent: boolean): Standing =>
  Object.freeze({ isStale: false, source: 'memory', reason, band: 'fresh', absent });
const fresh = standing('fresh', false);
const unconfirmed = standing('unconfirmed', false);
const freshAbsence = standing('fresh', true);
const unconfirmedAbsence = standing('unconfirmed', true);

const noStream = new Stream('none');
/** Of no history: nothing proves it current. */
const noEpoch = '';
const noScopes: readonly string[] = Object.freeze([]);

/**
 * The in-memory tier. Time never deletes: a value stays, ever more stale, until it is replaced, removed or, in a
 * bounded map, evicted by size. Nothing here does I/O, waits or throws.
 */
export class StaleWhileRevalidateCache<T> implements Holder {
  /** Reads answered fresh, answered stale, and not answered; plain integers, read when metrics are scraped. */
  freshHits = 0;
  staleHits = 0;
  misses = 0;
  readonly policy: ResolvedPolicy;
  private readonly clock: Clock;
  private readonly stream: Stream;
  private readonly unconfirmedAfterMs: number;
  /** For how long after its own load the counter alone confirms a value. */
  private readonly counterConfirmsForMs: number;
  private readonly entries: EntryMap<T>;

  constructor(options: CacheOptions<T>) {
    this.policy = resolvePolicy(options.policy);
    this.clock = options.clock;
    this.stream = options.stream ?? noStream;
    const isCounted = options.stream !== undefined && options.confirmedBy !== 'load';
    this.unconfirmedAfterMs = isCounted ? unconfirmedAfterMs : Number.POSITIVE_INFINITY;
    this.counterConfirmsForMs = isCounted ? reloadAfterMs : 0;
    options.stream?.attach(this);
    this.entries = options.entries ?? new Map<string, Entry<T>>();
  }

  /** The value with its label, however old, or `null` when nothing is known. */
  get(key: string): ReadResult<T> | null {
    const result = this.peek(key);
    this.count(result);
    return result;
  }

  /** As `get`, for readers that count what they answer themselves. */
  peek(key: string): ReadResult<T> | null {
    const entry = this.entries.get(key);
    return entry === undefined ? null : this.describe(entry);
  }

  /**
   * The read that all speed is for: a value that is fresh and confirmed, counted. `null` for all else, which counts
   * for nothing: `peek` tells what it is.
   */
  getFresh(key: string): ReadResult<T> | null {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.generation !== this.stream.generation || entry.absent) return null;
    const age = this.clock.now() - this.confirmedAt(entry);
    if (age >= entry.maxAgeMs || age >= this.unconfirmedAfterMs) return null;
    this.freshHits++;
    return new ReadResult(entry.value, age, entry.asOf, fresh);
  }

  /** Counts one read by what it was answered from memory; `null` for nothing. */
  count(answer: ReadResult<T> | null): void {
    if (answer === null) this.misses++;
    else if (answer.isStale) this.staleHits++;
    else this.freshHits++;
  }

  /** The label an entry has at this moment; `null` for an absence that is no longer fresh. */
  describe(entry: Entry<T>): ReadResult<T> | null {
    const now = this.clock.now();
    const { stream } = this;
    if (entry.generation !== stream.generation && !this.prove(entry)) {
      return this.describeStale(entry, now, now - entry.confirmedAt);
    }
    const age = now - this.confirmedAt(entry);
    if (age >= entry.maxAgeMs) return this.describeStale(entry, now, age);
    const isConfirmed = age < this.unconfirmedAfterMs;
    const value = isConfirmed ? fresh : unconfirmed;
    const absence = isConfirmed ? freshAbsence : unconfirmedAbsence;
    return new ReadResult(entry.value, age, entry.asOf, entry.absent ? absence : value);
  }

  /** Stores a value, frozen, unless what is held is newer; returns the entry that stands. */
  set(key: string, value: T, facts: SetFacts = {}): Entry<T> {
    const maxAgeMs = facts.maxAgeMs ?? spreadMaxAge(key, this.policy.maxAgeMs, this.policy.jitter);
    return this.store(key, this.entryOf(deepFreeze(value), false, maxAgeMs, facts));
  }

  /** Stores the authoritative word that there is no such value. It is never served stale. */
  setAbsent(key: string, facts: SetFacts = {}): Entry<T> {
    const maxAgeMs = facts.maxAgeMs ?? this.policy.negativeMaxAgeMs;
    return this.store(key, this.entryOf(undefined as T, true, maxAgeMs, facts));
  }

  /** Something is known, be it fresh, stale or absent. */
  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** What is held, with what is known of it; for loads that build on it. */
  entry(key: string): Entry<T> | undefined {
    return this.entries.get(key);
  }

  /** Marks a value stale from now on, until it is loaded anew; it stays. Returns whether there was one. */
  invalidate(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    const now = this.clock.now();
    if (this.prove(entry)) entry.confirmedAt = this.confirmedAt(entry);
    entry.revokedAt = now;
    entry.generation = -1;
    entry.supersededAt = Math.min(entry.supersededAt, now);
    return true;
  }

  /** The counter has confirmed this value for so long that it is time to look at the origin itself again (CO-7). */
  isDueForReload(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined || !this.stream.isReachable || this.counterConfirmsForMs === 0) return false;
    return this.clock.now() - entry.confirmedAt >= this.counterConfirmsForMs;
  }

  /**
   * The point that a value asked for now belongs to, where its origin is not the stream's database and cannot tell:
   * what this process has applied (CO-4). `undefined` where the origin can tell, or there is no stream.
   */
  asOfNow(): AsOf | undefined {
    if (this.stream === noStream || this.counterConfirmsForMs > 0) return undefined;
    const { epoch, applied } = this.stream.state;
    return { epoch: epoch ?? noEpoch, version: applied.version, changeId: applied.changeId ?? '' };
  }

  /** Another value is held of the very point that this one was read at: something changed uncounted. */
  contradicts(key: string, value: T | undefined, asOf: AsOf): boolean {
    const held = this.entries.get(key);
    if (held?.asOf == null || this.counterConfirmsForMs === 0) return false;
    const { epoch, changeId } = held.asOf;
    return changeId === asOf.changeId && epoch === asOf.epoch && !isDeepStrictEqual(held.value, value);
  }

  lift(asOf: AsOf): void {
    for (const entry of this.entries.values()) {
      // One that is ahead of the polls stays there: an older one could replace it otherwise.
      if (entry.asOf !== null && entry.asOf.version < asOf.version && this.prove(entry)) entry.asOf = asOf;
    }
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  keys(): Iterable<string> {
    return this.entries.keys();
  }

  get size(): number {
    return this.entries.size;
  }

  private entryOf(value: T, absent: boolean, maxAgeMs: number, facts: SetFacts): Entry<T> {
    const now = this.clock.now();
    const { asOf = null, scopes = noScopes, confirmedAt = now } = facts;
    // A moment in the future was told by another clock: it counts as an age of maxAge (CO-14).
    const believed = confirmedAt > now ? now - Math.min(maxAgeMs, Number.MAX_SAFE_INTEGER) : confirmedAt;
    return new Entry(value, absent, { asOf, scopes, confirmedAt: believed, maxAgeMs });
  }

  private store(key: string, entry: Entry<T>): Entry<T> {
    if (entry.asOf !== null && this.counterConfirmsForMs > 0) this.stream.saw(entry.asOf);
    const held = this.entries.get(key);
    if (held !== undefined) {
      if (!mayReplace(entry, held, this.stream.state.epoch)) return held;
      if (held.revokedAt !== Number.POSITIVE_INFINITY && entry.confirmedAt < held.revokedAt) {
        // It was read before the word was given, and may be what the word was about.
        entry.revokedAt = held.revokedAt;
        entry.supersededAt = held.supersededAt;
      }
    }
    this.entries.set(key, entry);
    return entry;
  }

  /**
   * When the origin last said that a proven entry is current: its own load, or the stream's counter (CO-7). Of a value
   * that is ahead of the polls they said nothing: what it was read from may be lost by now.
   */
  private confirmedAt({ asOf, confirmedAt }: Entry<T>): number {
    if (asOf === null || asOf.version > this.stream.appliedVersion) return confirmedAt;
    return this.confirmedBy(confirmedAt, this.stream.confirmedThrough);
  }

  /** What the counter adds to the word of a load, where its word counts and for as long as it does. */
  private confirmedBy(load: number, counter: number): number {
    return Math.max(load, Math.min(counter, load + this.counterConfirmsForMs));
  }

  private prove(entry: Entry<T>): boolean {
    const { stream } = this;
    if (entry.revokedAt === Number.POSITIVE_INFINITY && this.stands(entry)) {
      entry.generation = stream.generation;
      entry.supersededAt = Number.POSITIVE_INFINITY;
      return true;
    }
    if (entry.supersededAt === Number.POSITIVE_INFINITY) {
      const seen = entry.asOf && stream.supersession(entry.asOf, entry.scopes);
      entry.supersededAt = seen?.at ?? entry.confirmedAt;
      if (seen) entry.confirmedAt = this.confirmedBy(entry.confirmedAt, seen.confirmedBefore);
    }
    return false;
  }

  private stands({ asOf, scopes }: Entry<T>): boolean {
    return asOf === null || this.stream === noStream || this.stream.isProvenCurrent(asOf, scopes);
  }

  private describeStale(entry: Entry<T>, now: number, age: number): ReadResult<T> | null {
    if (entry.absent) return null;
    const supersededFor = now - entry.supersededAt;
    const superseded = supersededFor >= 0;
    const staleFor = superseded ? Math.max(age - entry.maxAgeMs, supersededFor) : age - entry.maxAgeMs;
    const where =
      supersededFor >= this.policy.invalidatedMaxStaleMs ? 'expired' : band(staleFor, this.policy, 0);
    const reason = this.staleReason(entry, superseded);
    const stale: Standing = { isStale: true, source: 'memory', reason, band: where, absent: false };
    return new ReadResult(entry.value, age, entry.asOf, stale);
  }

  private staleReason({ revokedAt }: Entry<T>, superseded: boolean): Reason {
    if (!this.stream.isReachable) return 'origin-failed';
    if (!superseded) return 'revalidating';
    return revokedAt === Number.POSITIVE_INFINITY && this.stream.isCold ? 'cold-start' : 'invalidated';
  }
}
