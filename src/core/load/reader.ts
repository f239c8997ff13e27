import type { Entry } from '../cache/entry.js';
import { ReadResult, type Reason, type Standing } from '../cache/read-result.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { AsOf } from '../coherence/as-of.js';
import { renderPoint, type Point } from '../coherence/point.js';
import { TooStaleError } from '../errors/too-stale.error.js';
import { UnavailableError } from '../errors/unavailable.error.js';
import { VersionNotReachedError } from '../errors/version-not-reached.error.js';
import { decideRead, type Decision } from './decide-read.js';
import { Loader, type Load, type LoaderOptions } from './loader.js';

/**
 * The four steps of a read: what is fresh in memory; else what the origin answers within its deadlines; else the
 * last good value, labelled; else an error. One reader serves one namespace.
 */
export class Reader<T> {
  readonly namespace: string;
  readonly cache: StaleWhileRevalidateCache<T>;
  private readonly clock: Clock;
  private readonly loader: Loader<T>;

  constructor(options: LoaderOptions<T>) {
    this.namespace = options.namespace;
    this.cache = options.cache;
    this.clock = options.clock;
    this.loader = new Loader(options);
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
    return held !== null && held.reason === 'fresh' ? this.counted(held) : this.getBeyondFresh(key, held);
  }

  /**
   * As `get`, of this version of its stream or a later one: what is older is loaded, or refused. A version of another
   * epoch cannot be compared: the value is loaded once, and served.
   * @throws VersionNotReachedError, and what `get` throws
   */
  async getAtLeast(key: string, wanted: Point): Promise<ReadResult<T>> {
    let asOf = this.cache.entry(key)?.asOf;
    // A load that was under way may have read from before: then one more tells.
    for (let attempt = 0; attempt < 2 && !reaches(asOf, wanted); attempt++) {
      try {
        if (this.loader.retryInMs(key) > 0) throw this.loader.lastError(key);
        asOf = (await this.loader.load(key).done).asOf;
      } catch (error) {
        throw this.notReached(key, wanted, error);
      }
      if (asOf?.epoch !== wanted.epoch) return this.get(key);
    }
    if (!reaches(asOf, wanted)) throw this.notReached(key, wanted);
    return this.get(key);
  }

  /** The label of what is held, for those who watch: it counts as no read and starts nothing. */
  describe(key: string): ReadResult<T> | null {
    const held = this.cache.peek(key);
    return held === null || !held.isStale ? held : this.label(key, held);
  }

  /** Why the last load of this key failed; `undefined` when it did not. */
  lastError(key: string): unknown {
    return this.loader.lastError(key);
  }

  /** Loads now whatever is held, or joins the load that runs; settles with it. */
  refresh(key: string, changedScopes?: readonly string[]): Promise<Entry<T>> {
    return this.loader.load(key, changedScopes).done;
  }

  /** Milliseconds until a load may be tried; 0 when it may be now. */
  retryInMs(key: string): number {
    return this.loader.retryInMs(key);
  }

  /** Lets what is backing off try again soon, spread at random. */
  originRecovered(): void {
    this.loader.originRecovered();
  }

  /** Everything held became stale at once, in every process: loads that nobody waits for begin at random within 2 s. */
  lineageChanged(): void {
    this.loader.lineageChanged();
  }

  private peekBeyondFresh(key: string): ReadResult<T> | null {
    const held = this.cache.peek(key);
    if (held === null) return null;
    if (!held.isStale) return this.serveUnconfirmed(key, held);
    const decision = this.decide(key, held);
    return decision.serve === 'held' ? this.serveHeld(key, held, decision) : null;
  }

  private async getBeyondFresh(key: string, held: ReadResult<T> | null): Promise<ReadResult<T>> {
    if (held !== null && !held.isStale) return this.serveUnconfirmed(key, held);
    const decision = this.decide(key, held);
    if (held !== null && decision.serve === 'held') return this.serveHeld(key, held, decision);
    if (decision.serve === 'error') throw this.failure(key);
    const softBudgetMs = this.softBudgetMs(key);
    const load = this.loader.load(key);
    if (decision.serve === 'race' && !(await this.settlesWithin(softBudgetMs, load))) {
      const inTime = this.heldAfterWaiting(key, this.loader.hasFailed(key) ? 'origin-failed' : 'origin-slow');
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
    this.cache.count(null);
    return this.loaded(entry, load);
  }

  private serveHeld(key: string, held: ReadResult<T>, decision: Decision): ReadResult<T> {
    if (decision.load) this.loader.loadBehind(key);
    return this.counted(this.label(key, held));
  }

  private serveUnconfirmed(key: string, held: ReadResult<T>): ReadResult<T> {
    if (this.cache.isDueForReload(key) && this.loader.retryInMs(key) === 0) this.loader.loadBehind(key);
    return this.counted(held);
  }

  /** What is held may have aged, left or been replaced while the caller waited. */
  private heldAfterWaiting(key: string, reason: Reason): ReadResult<T> | null {
    const held = this.cache.peek(key);
    if (held === null || held.band === 'expired') return null;
    return this.counted(held.isStale ? held.because(reason) : held);
  }

  private counted(answer: ReadResult<T>): ReadResult<T> {
    this.cache.count(answer);
    return answer;
  }

  /** What was just loaded is an answer even where the policy keeps it no moment. */
  private loaded(entry: Entry<T>, { startedAt }: Load<T>): ReadResult<T> {
    const result = this.cache.describe(entry);
    const isNew = entry.confirmedAt >= startedAt;
    const age = this.clock.now() - entry.confirmedAt;
    // No load takes longer than its deadline: if one seems to, the machine was suspended, and the answer with it (CO-14).
    const isOld = entry.supersededAt !== Number.POSITIVE_INFINITY || age > this.cache.policy.hardTimeoutMs;
    if (result !== null && (!isNew || isOld || !result.isStale)) {
      return isNew ? result.because(result.reason, 'origin') : result;
    }
    const isStale = !isNew || isOld;
    const reason = isStale ? 'invalidated' : 'fresh';
    const where = isStale ? 'expired' : 'fresh';
    const standing: Standing = { isStale, source: 'origin', reason, band: where, absent: entry.absent };
    return new ReadResult(entry.value, age, entry.asOf, standing);
  }

  private decide(key: string, held: ReadResult<T> | null): Decision {
    return decideRead({
      held: held?.band ?? 'nothing',
      backingOff: this.loader.runningLoad(key) === undefined && this.loader.retryInMs(key) > 0,
      softBudgetMs: this.softBudgetMs(key),
    });
  }

  /** A caller that joins a load has what is left of its budget since the load began. */
  private softBudgetMs(key: string): number {
    const running = this.loader.runningLoad(key);
    const spent = running === undefined ? 0 : this.clock.now() - running.startedAt;
    return this.cache.policy.softTimeoutMs - spent;
  }

  private settlesWithin(ms: number, load: Load<T>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, () => resolve(false));
      const settle = () => {
        cancel();
        resolve(true);
      };
      load.done.then(settle, settle);
    });
  }

  /** Several reasons at once: backing-off > origin-failed > origin-slow > what the cache said. */
  private label(key: string, held: ReadResult<T>): ReadResult<T> {
    const running = this.loader.runningLoad(key);
    if (running === undefined && this.loader.retryInMs(key) > 0) return held.because('backing-off');
    if (this.loader.hasFailed(key)) return held.because('origin-failed');
    const { softTimeoutMs } = this.cache.policy;
    const slow =
      running !== undefined && softTimeoutMs > 0 && this.clock.now() - running.startedAt >= softTimeoutMs;
    return slow ? held.because('origin-slow') : held;
  }

  private notReached(key: string, wanted: Point, cause?: unknown): VersionNotReachedError {
    const asOf = this.cache.entry(key)?.asOf;
    const held = asOf ? renderPoint(asOf) : null;
    this.cache.count(null);
    return new VersionNotReachedError(
      this.namespace,
      renderPoint(wanted),
      held,
      this.loader.retryInMs(key),
      cause,
    );
  }

  private failure(key: string): UnavailableError | TooStaleError {
    const held = this.cache.peek(key);
    this.cache.count(null);
    const retryAfterMs = this.loader.retryInMs(key);
    const cause = this.loader.lastError(key);
    if (held === null) {
      return new UnavailableError(
        `${this.namespace}: nothing is held and the origin gives nothing`,
        retryAfterMs,
        cause,
      );
    }
    return new TooStaleError(
      `${this.namespace}: what is held is ${Math.round(held.age)} ms old, past its limit, and the origin gives nothing`,
      retryAfterMs,
      held.age,
      cause,
    );
  }
}

function reaches(asOf: AsOf | null | undefined, wanted: Point): boolean {
  return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;
}
