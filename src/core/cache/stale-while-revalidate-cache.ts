import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.js';
import type { AsOf } from '../coherence/as-of.js';
import type { Holder, Stream } from '../coherence/stream.js';
import { resolvePolicy, type Policy, type ResolvedPolicy } from '../policy/policy.js';
import type { CacheOptions, PromotedFacts, ReadFacts, SetFacts } from './cache-options.js';
import { deepFreeze } from './deep-freeze.js';
import type { EntryMap } from './entry-map.js';
import { EntryJudge } from './entry-judge.js';
import { EntryOrder } from './entry-order.js';
import { Entry } from './entry.js';
import { Freeze } from './freeze.js';
import { noEpoch } from './no-epoch.js';
import type { ReadResult } from './read-result.js';
import { SharedPoint } from './shared-point.js';
import { usualMaxAge } from './usual-max-age.js';

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
  readonly order: EntryOrder;
  readonly judge: EntryJudge;
  readonly freeze: Freeze<T>;
  private readonly clock: Clock;
  private readonly stream: Stream;
  private readonly entries: EntryMap<T>;
  private readonly points = new SharedPoint();
  /** Whose generation a fresh read is held against: the stream's, or that of no entry. */
  private proofs: Stream;

  constructor(options: CacheOptions<T>) {
    this.judge = new EntryJudge({ ...options, policy: resolvePolicy(options.policy) });
    this.order = new EntryOrder(this.judge, options.newestBy ?? 'version');
    this.clock = options.clock;
    this.stream = this.judge.stream;
    this.proofs = this.stream;
    this.entries = options.entries ?? new Map<string, Entry<T>>();
    const { entries, judge } = this;
    this.freeze = new Freeze({ entries, judge, holdAgainst: (proofs) => void (this.proofs = proofs) });
    options.stream?.attach(this);
  }

  get policy(): ResolvedPolicy {
    return this.judge.policy;
  }

  /**
   * Another policy from now on, for what is held too; a maxAge that a value brought with it stays its own.
   * @throws RangeError for a policy that cannot be meant; then the old one stays
   */
  usePolicy(policy: Policy): void {
    const before = this.judge.policy;
    const next = resolvePolicy(policy);
    this.judge.policy = next;
    for (const entry of this.entries.values()) {
      if (entry.maxAgeMs === usualMaxAge(entry, before)) entry.maxAgeMs = usualMaxAge(entry, next);
    }
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
    if (entry === undefined || entry.generation !== this.proofs.generation || entry.absent) return null;
    const { judge } = this;
    const age = this.clock.now() - judge.confirmedAt(entry);
    if (age >= entry.maxAgeMs || age >= judge.unconfirmedAfterMs) return null;
    this.freshHits++;
    return judge.fresh(entry, age);
  }

  /** A whole reply has told what was purged of the stream; until one has, that may be anything. */
  get knowsPurges(): boolean {
    return this.stream.confirmedThrough !== Number.NEGATIVE_INFINITY;
  }

  /** Epochs of the stream that are over. */
  get epochsLeft(): string[] {
    return [...this.stream.state.abandoned];
  }

  /** The maxAge that an entry brought with it; `null` where it has the policy's. */
  ownMaxAge(entry: Entry<T>): number | null {
    return entry.maxAgeMs === usualMaxAge(entry, this.judge.policy) ? null : entry.maxAgeMs;
  }

  /** The maxAge that an entry of this key has, where it brings none of its own. */
  usualMaxAgeMs(key: string, absent: boolean): number {
    return usualMaxAge({ key, absent }, this.judge.policy);
  }

  /** Counts one read by what it was answered from memory; `null` for nothing. */
  count(answer: ReadResult<T> | null): void {
    if (answer === null) this.misses++;
    else if (answer.isStale) this.staleHits++;
    else this.freshHits++;
  }

  /** The label an entry has at this moment; `null` for an absence that is no longer fresh, and for what was purged. */
  describe(entry: Entry<T>): ReadResult<T> | null {
    const read = this.judge.describe(entry);
    return read === null ? null : this.freeze.label(entry, read);
  }

  /** Stores a value, frozen, unless what is held is newer; returns the entry that stands. */
  set(key: string, value: T, facts: ReadFacts = {}): Entry<T> {
    return this.store(this.entryOf(key, deepFreeze(value), false, facts), facts.readAt);
  }

  /** Stores the authoritative word that there is no such value. It is never served stale. */
  setAbsent(key: string, facts: ReadFacts = {}): Entry<T> {
    return this.store(this.entryOf(key, undefined as T, true, facts), facts.readAt);
  }

  /**
   * Takes over what another process stored, or an earlier one: it is fresh only once the log shows its change (CO-11).
   * Returns the entry that stands; `null` for what was purged, or may have been, which does not exist.
   * @param left epochs that were over when it was stored
   */
  promote(
    key: string,
    value: T | undefined,
    facts: PromotedFacts,
    left: readonly string[] = [],
  ): Entry<T> | null {
    this.stream.leave(left);
    const isAbsent = value === undefined;
    const entry = this.entryOf(key, deepFreeze(value as T), isAbsent, facts, true);
    this.order.makeOlder(entry, facts);
    if (facts.broughtAt !== undefined) this.order.noteBrought(entry, facts.broughtAt);
    if (this.isPurged(entry)) return null;
    const held = this.entries.get(key);
    // An absence is an answer while it is fresh, and else nothing: a value is not given up for it.
    if (isAbsent && held?.absent === false && this.describe(entry) === null) return held;
    return this.store(entry);
  }

  /** Holds an operator's value, newer or not, in the place of what is held: nothing proves it, and no tier is given it. */
  impose(key: string, value: T, facts: SetFacts = {}): Entry<T> {
    const entry = this.entryOf(key, deepFreeze(value), false, facts);
    entry.revokedAt = this.clock.now();
    entry.supersededAt = entry.revokedAt;
    this.freeze.impose(entry);
    return entry;
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
    if (this.judge.prove(entry)) entry.confirmedAt = this.judge.confirmedAt(entry);
    entry.revokedAt = now;
    entry.generation = -1;
    entry.supersededAt = Math.min(entry.supersededAt ?? now, now);
    return true;
  }

  /** The counter has confirmed this value for so long that it is time to look at the origin itself again (CO-7). */
  isDueForReload(key: string): boolean {
    const entry = this.entries.get(key);
    const { counterConfirmsForMs } = this.judge;
    if (entry === undefined || !this.stream.isReachable || counterConfirmsForMs === 0) return false;
    return !this.freeze.isOn && this.clock.now() - entry.confirmedAt >= counterConfirmsForMs;
  }

  /**
   * The point that a value asked for now belongs to, where its origin is not the stream's database and cannot tell:
   * what this process has applied (CO-4). `undefined` where the origin can tell, or there is no stream.
   */
  asOfNow(): AsOf | undefined {
    if (!this.judge.hasStream || this.judge.counterConfirmsForMs > 0) return undefined;
    const { epoch, applied } = this.stream.state;
    return { epoch: epoch ?? noEpoch, version: applied.version, changeId: applied.changeId ?? '' };
  }

  /** Another value is held of the very point that this one was read at: something changed uncounted. */
  contradicts(key: string, value: T | undefined, asOf: AsOf): boolean {
    const held = this.entries.get(key);
    if (held?.asOf == null || this.judge.counterConfirmsForMs === 0) return false;
    const { epoch, changeId } = held.asOf;
    return changeId === asOf.changeId && epoch === asOf.epoch && !isDeepStrictEqual(held.value, value);
  }

  lift(asOf: AsOf): void {
    for (const entry of this.entries.values()) {
      // One that is ahead of the polls stays there: an older one could replace it otherwise.
      if (entry.asOf !== null && entry.asOf.version < asOf.version && this.judge.prove(entry))
        entry.asOf = asOf;
    }
  }

  dropPurged(): void {
    const purged = [...this.entries.values()].filter((entry) => this.isPurged(entry));
    for (const { key } of purged) this.entries.delete(key);
  }

  /** It was purged after it was read: it is not kept, and nobody may be given it (CO-13). */
  isPurged(entry: Entry<T>): boolean {
    return this.judge.isPurged(entry);
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

  /** What is held; a walk over it reads nothing. */
  all(): Iterable<Entry<T>> {
    return this.entries.values();
  }

  get size(): number {
    return this.entries.size;
  }

  private entryOf(key: string, value: T, absent: boolean, facts: ReadFacts, isPromoted = false): Entry<T> {
    const now = this.clock.now();
    const { scopes = noScopes, confirmedAt = now, message = null } = facts;
    const { policy } = this.judge;
    const maxAgeMs = facts.maxAgeMs ?? usualMaxAge({ key, absent }, policy);
    // A moment in the future was told by another clock: it counts as an age of maxAge (CO-14).
    const believed = confirmedAt > now ? now - Math.min(maxAgeMs, Number.MAX_SAFE_INTEGER) : confirmedAt;
    return new Entry(key, value, absent, {
      asOf: this.points.share(facts.asOf ?? null),
      scopes,
      confirmedAt: believed,
      maxAgeMs,
      message,
      isPromoted,
    });
  }

  private store(entry: Entry<T>, readAt = entry.confirmedAt): Entry<T> {
    const { key, asOf, isPromoted } = entry;
    if (!isPromoted) this.order.noteBrought(entry, readAt);
    const isFromDatabase = this.judge.counterConfirmsForMs > 0 || isPromoted;
    if (asOf !== null && isFromDatabase) this.stream.saw(asOf);
    if (this.isPurged(entry)) return entry;
    const held = this.entries.get(key);
    if (held !== undefined && this.freeze.keeps(held)) return held;
    if (held !== undefined && !this.freeze.isImposed(held)) {
      if (!this.order.mayReplace(entry, held)) return held;
      // A copy of what is held knows less of it.
      if (isPromoted && this.order.isCopy(entry, held)) return held;
      if (held.revokedAt !== null && readAt < held.revokedAt) {
        // It was read before the word was given, and may be what the word was about.
        entry.revokedAt = held.revokedAt;
        entry.supersededAt = held.supersededAt;
      }
    }
    this.freeze.replaced(key);
    this.entries.set(key, entry);
    return entry;
  }
}
