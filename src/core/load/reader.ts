import type { SetFacts } from '../cache/cache-options.js';
import type { Entry } from '../cache/entry.js';
import type { ReadResult, Reason } from '../cache/read-result.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { Point } from '../coherence/point.js';
import { NamespaceFrozenError } from '../errors/namespace-frozen.error.js';
import type { Found, Mirrors } from '../tiers/mirrors.js';
import type { SetOutcome, TierName } from '../tiers/tier.js';
import { everythingOn, type Switches } from '../tiers/switches.js';
import { decideRead, type Decision } from './decide-read.js';
import { describeLoaded } from './describe-loaded.js';
import { Loader, type LoadManner, type LoaderOptions } from './loader.js';
import { ReadErrors } from './read-errors.js';
import { settlesWithin } from './settles-within.js';
import { StricterReads } from './stricter-reads.js';

/** What stands in memory after a write, and what each tier made of it. */
export interface Put<T> {
  readonly entry: Entry<T>;
  readonly tiers: ReadonlyMap<TierName, SetOutcome | 'failed'>;
}

const usual: LoadManner = Object.freeze({});

/**
 * The steps of a read: what is fresh in memory; where memory holds nothing, what another tier holds; else what the
 * origin answers within its deadlines; else the last good value, labelled; else an error. One reader serves one
 * namespace.
 */
export class Reader<T> {
  readonly namespace: string;
  readonly cache: StaleWhileRevalidateCache<T>;
  private readonly clock: Clock;
  private readonly loader: Loader<T>;
  private readonly mirrors: Mirrors<T> | null;
  private readonly switches: Readonly<Switches>;
  private readonly errors: ReadErrors;
  private readonly stricter: StricterReads<T>;

  constructor(options: LoaderOptions<T>) {
    this.namespace = options.namespace;
    this.cache = options.cache;
    this.clock = options.clock;
    this.loader = new Loader(options);
    this.mirrors = options.mirrors ?? null;
    this.switches = options.switches ?? everythingOn();
    const { clock, cache, loader } = this;
    this.errors = new ReadErrors(this.namespace, cache, loader.failures);
    this.stricter = new StricterReads({
      clock,
      cache,
      loader,
      errors: this.errors,
      get: (key) => this.get(key),
    });
  }

  /**
   * The answer that needs no waiting, with its whole label, or `null`. Starts a refresh where one is due. A `null`
   * counts for nothing: the `get` that follows it is the read.
   */
  peek(key: string): ReadResult<T> | null {
    return this.cache.getFresh(key) ?? this.peekBeyondFresh(key);
  }

  /**
   * The value, fresh or labelled stale. An authoritative "does not exist" is an answer too (`absent`).
   * @throws UnavailableError when nothing is held and the origin gives nothing
   * @throws TooStaleError when all that is held is past its last window and the origin gives nothing
   */
  async get(key: string): Promise<ReadResult<T>> {
    const held = this.cache.peek(key);
    if (held !== null && held.reason === 'fresh') {
      this.cache.freshHits++;
      return held;
    }
    const atOnce = held && this.answerAtOnce(key, held);
    if (atOnce !== null) return atOnce;
    return held === null && this.mirrors !== null
      ? this.getBeyondMemory(key, this.mirrors)
      : this.getBeyondFresh(key, held);
  }

  /**
   * As `get`, of this version of its stream or a later one: what is older is loaded, or refused. A version of another
   * epoch cannot be compared: the value is loaded once, and served.
   * @throws VersionNotReachedError, and what `get` throws
   */
  getAtLeast(key: string, wanted: Point): Promise<ReadResult<T>> {
    return this.stricter.atLeast(key, wanted);
  }

  /**
   * As `get`, of this age at most: what is older is loaded, or refused. So a caller may ask for more than the policy,
   * and never for less.
   * @throws TooStaleError, and what `get` throws
   */
  getWithin(key: string, maxAgeMs: number): Promise<ReadResult<T>> {
    return this.stricter.within(key, maxAgeMs);
  }

  /** The label of what is held, for those who watch: it counts as no read and starts nothing. */
  describe(key: string): ReadResult<T> | null {
    const held = this.cache.peek(key);
    return held === null || !held.isStale ? held : this.label(key, held);
  }

  /** Why the last load of this key failed; `undefined` when it did not. */
  lastError(key: string): unknown {
    return this.loader.failures.lastError(key);
  }

  /** Loads now whatever is held, or joins the load that runs; settles with it. */
  refresh(key: string, changedScopes?: readonly string[]): Promise<Entry<T>> {
    return this.loader.load(key, { direct: true, ...(changedScopes && { changedScopes }) }).done;
  }

  /**
   * Stores a value that was pushed here, in memory and in the tiers; what is held and newer stays.
   * @throws NamespaceFrozenError where what is held may not be replaced
   */
  set(key: string, value: T, facts: SetFacts = {}): Entry<T> {
    const entry = this.setHere(key, value, facts);
    void this.mirrors?.mirror(entry);
    return entry;
  }

  /**
   * As `set`, and settles with what became of the entry that stands in each tier, once all have answered: of another one
   * than the value's where what is held is newer.
   * @throws NamespaceFrozenError where what is held may not be replaced
   */
  async put(key: string, value: T, facts: SetFacts = {}): Promise<Put<T>> {
    const entry = this.setHere(key, value, facts);
    return { entry, tiers: (await this.mirrors?.store(entry)) ?? new Map() };
  }

  /**
   * Loads a value that is still fresh, behind the reads: one process of all does, as far as the lock can be reached, and
   * the others take what it stored since. A failure leaves what is held as fresh as it is. Never throws.
   */
  refreshAhead(key: string): void {
    if (this.cache.freeze.entry(key) !== undefined) return;
    if (this.loader.failures.retryInMs(key) === 0) this.loader.refreshes.start(key, true);
  }

  /** Milliseconds until a load may be tried; 0 when it may be now. */
  retryInMs(key: string): number {
    return this.loader.failures.retryInMs(key);
  }

  /** Lets what is backing off try again soon, spread at random. */
  originRecovered(): void {
    this.loader.failures.originRecovered();
  }

  /** Everything held became stale at once, in every process: loads that nobody waits for begin at random within 2 s. */
  lineageChanged(): void {
    this.loader.lineageChanged();
  }

  private setHere(key: string, value: T, facts: SetFacts): Entry<T> {
    if (this.cache.freeze.entry(key) !== undefined) throw new NamespaceFrozenError(this.namespace);
    const asOf = this.cache.asOfNow();
    return this.cache.set(key, value, { ...(asOf && { asOf }), readAt: this.clock.now(), ...facts });
  }

  private peekBeyondFresh(key: string): ReadResult<T> | null {
    const held = this.cache.peek(key);
    return held && this.answerAtOnce(key, held);
  }

  /** `null` where somebody has to wait. */
  private answerAtOnce(key: string, held: ReadResult<T>): ReadResult<T> | null {
    if (!held.isStale) return this.serveUnconfirmed(key, held);
    const decision = this.decide(key, held);
    return decision.serve === 'held' ? this.serveHeld(key, held, decision) : null;
  }

  /** Looking into the tiers is a part of the time that the caller has. */
  private async getBeyondMemory(key: string, mirrors: Mirrors<T>): Promise<ReadResult<T>> {
    const askedAt = this.clock.now();
    const held = this.heldAfterLook(key, await mirrors.find(key));
    const atOnce = held && this.answerAtOnce(key, held);
    if (atOnce !== null) return atOnce;
    const withinMs = this.cache.policy.hardTimeoutMs - (this.clock.now() - askedAt);
    return this.getBeyondFresh(key, held, { withinMs });
  }

  /** What a tier had; or what memory has by now, where a load has ended during the look. */
  private heldAfterLook(key: string, found: Found<T> | null): ReadResult<T> | null {
    const { cache } = this;
    if (found === null || found.entry !== cache.entry(key)) {
      const held = cache.peek(key);
      if (held !== null) return held;
    }
    const read = found && !cache.isPurged(found.entry) ? cache.describe(found.entry) : null;
    return found && read && read.because(read.reason, found.source);
  }

  private async getBeyondFresh(
    key: string,
    held: ReadResult<T> | null,
    manner: LoadManner = usual,
  ): Promise<ReadResult<T>> {
    const decision = this.decide(key, held);
    // Where time has moved on since it was asked whether anybody has to wait.
    if (held !== null && decision.serve === 'held') return this.serveHeld(key, held, decision);
    if (decision.serve === 'error') throw this.failure(key);
    const softBudgetMs = this.softBudgetMs(key);
    const load = this.loader.load(key, manner);
    if (decision.serve === 'race' && !(await settlesWithin(this.clock, softBudgetMs, load.done))) {
      const reason = this.loader.failures.has(key) ? 'origin-failed' : 'origin-slow';
      const inTime = this.heldAfterWaiting(key, reason);
      if (inTime !== null) return inTime;
    }
    let entry: Entry<T>;
    try {
      entry = await load.done;
    } catch {
      const lastGood = this.heldAfterWaiting(key, 'origin-failed');
      if (lastGood !== null) return lastGood;
      throw this.failure(key);
    }
    if (load.source === 'origin') this.cache.count(null);
    return describeLoaded(this.cache, this.clock, entry, load);
  }

  private serveHeld(key: string, held: ReadResult<T>, decision: Decision): ReadResult<T> {
    if (decision.load) this.loader.refreshes.start(key);
    return this.counted(this.label(key, held));
  }

  private serveUnconfirmed(key: string, held: ReadResult<T>): ReadResult<T> {
    if (this.cache.isDueForReload(key) && this.loader.failures.retryInMs(key) === 0)
      this.loader.refreshes.start(key);
    return this.counted(held);
  }

  /** What is held may have aged, left or been replaced while the caller waited. */
  private heldAfterWaiting(key: string, reason: Reason): ReadResult<T> | null {
    const held = this.cache.peek(key);
    if (held === null || held.band === 'expired') return null;
    return this.counted(held.isStale ? held.because(reason) : held);
  }

  /** What a tier beyond memory answered is counted there. */
  private counted(answer: ReadResult<T>): ReadResult<T> {
    if (answer.source === 'memory' || answer.source === 'operator') this.cache.count(answer);
    return answer;
  }

  private decide(key: string, held: ReadResult<T> | null): Decision {
    const where = held?.band ?? 'nothing';
    const waits = where === 'revalidate' && !this.switches.staleWhileRevalidate;
    return decideRead({
      held: waits ? 'if-error' : where,
      backingOff: this.loader.runningLoad(key) === undefined && this.loader.failures.retryInMs(key) > 0,
      softBudgetMs: this.softBudgetMs(key),
    });
  }

  /** A caller that joins a load has what is left of its budget since the load began. */
  private softBudgetMs(key: string): number {
    const { softTimeoutMs, hardTimeoutMs } = this.cache.policy;
    const budgetMs = this.switches.staleWhileRevalidate ? softTimeoutMs : hardTimeoutMs;
    const running = budgetMs > 0 ? this.loader.runningLoad(key) : undefined;
    return running === undefined ? budgetMs : budgetMs - (this.clock.now() - running.startedAt);
  }

  /** Several reasons at once: backing-off > origin-failed > origin-slow > what the cache said. */
  private label(key: string, held: ReadResult<T>): ReadResult<T> {
    const running = this.loader.runningLoad(key);
    if (running === undefined && this.loader.failures.retryInMs(key) > 0) return held.because('backing-off');
    if (this.loader.failures.has(key)) return held.because('origin-failed');
    const { softTimeoutMs } = this.cache.policy;
    const slow =
      running !== undefined && softTimeoutMs > 0 && this.clock.now() - running.startedAt >= softTimeoutMs;
    return slow ? held.because('origin-slow') : held;
  }

  private failure(key: string): Error {
    this.cache.count(null);
    return this.errors.noAnswer(key);
  }
}
