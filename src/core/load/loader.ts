import type { Entry } from '../cache/entry.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { CancelTimer, Clock } from '../clock.js';
import { LoadTimeoutError } from '../errors/load-timeout.error.js';
import type { Report } from '../events.js';
import { backOffMs } from './back-off.js';
import type { Loaded, Origin } from './origin.js';

/** How long recovered keys are spread over, so that an origin that is back is not overrun. */
const recoverySpreadMs = 2_000;
/** Loads that nobody waits for, at one time in one namespace: what became stale all at once is not loaded all at once. */
const maxLoadsBehind = 10;
/** Failing keys beyond this many forget the oldest failure first. */
const maxFailingKeys = 10_000;

export interface Load<T> {
  readonly startedAt: number;
  /** The entry that stands after the load, within the hard timeout; rejects with the cause of the failure. */
  readonly done: Promise<Entry<T>>;
}

interface Failure {
  failures: number;
  retryAt: number;
  error: unknown;
}

export interface LoaderOptions<T> {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly origin: Origin<T>;
  readonly cache: StaleWhileRevalidateCache<T>;
  /** Uniform in 0..1. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Runs loads: one at a time for a key, each within the hard timeout, with back-off between failures. A success is
 * stored; a failure leaves what is held untouched.
 */
export class Loader<T> {
  private readonly running = new Map<string, Load<T>>();
  private readonly failing = new Map<string, Failure>();
  private readonly random: () => number;
  private behind = 0;
  private leaveAloneUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: LoaderOptions<T>) {
    this.random = options.random ?? Math.random;
  }

  runningLoad(key: string): Load<T> | undefined {
    return this.running.get(key);
  }

  /** The last error of a key whose last load failed. */
  lastError(key: string): unknown {
    return this.failing.get(key)?.error;
  }

  hasFailed(key: string): boolean {
    return this.failing.has(key);
  }

  /** Milliseconds until this key may be loaded again; 0 when it may be now. */
  retryInMs(key: string): number {
    const failure = this.failing.get(key);
    return failure === undefined ? 0 : Math.max(0, failure.retryAt - this.options.clock.now());
  }

  /** The load of this key: the one that runs, or a new one. */
  load(key: string, changedScopes?: readonly string[]): Load<T> {
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const startedAt = this.options.clock.now();
    const done = this.run(key, startedAt, changedScopes).finally(() => this.running.delete(key));
    done.catch(() => undefined);
    const load = { startedAt, done };
    this.running.set(key, load);
    return load;
  }

  /** A load that nobody waits for; left to a later read where enough of them run, or everybody loads anew just now. */
  loadBehind(key: string): void {
    if (this.running.has(key) || this.behind >= maxLoadsBehind) return;
    if (this.options.clock.now() < this.leaveAloneUntil) return;
    this.behind++;
    const settle = () => void this.behind--;
    this.load(key).done.then(settle, settle);
  }

  /** Everything held became stale, here and elsewhere: this process begins to load anew at a moment of its own. */
  lineageChanged(): void {
    this.leaveAloneUntil = this.options.clock.now() + this.random() * recoverySpreadMs;
  }

  /** The origin is known to answer again: what waits may try within two seconds, spread at random, and starts afresh. */
  originRecovered(): void {
    const now = this.options.clock.now();
    for (const failure of this.failing.values()) {
      failure.failures = 0;
      failure.retryAt = Math.min(failure.retryAt, now + this.random() * recoverySpreadMs);
    }
  }

  private async run(key: string, startedAt: number, changedScopes?: readonly string[]): Promise<Entry<T>> {
    const { namespace, clock, report, cache } = this.options;
    const asOf = cache.asOfNow();
    try {
      const loaded = { ...(asOf && { asOf }), ...(await this.withinDeadline(key, changedScopes)) };
      this.failing.delete(key);
      this.compare(key, loaded);
      const facts = { ...loaded, confirmedAt: startedAt };
      const entry = 'value' in loaded ? cache.set(key, loaded.value, facts) : cache.setAbsent(key, facts);
      const version = loaded.asOf?.version ?? null;
      report({ type: 'load-succeeded', namespace, key, version, durationMs: clock.now() - startedAt });
      return entry;
    } catch (error) {
      this.fail(key, error);
      throw error;
    }
  }

  private compare(key: string, loaded: Loaded<T>): void {
    const { namespace, report, cache } = this.options;
    const { asOf } = loaded;
    const value = 'value' in loaded ? loaded.value : undefined;
    if (asOf && cache.contradicts(key, value, asOf))
      report({ type: 'content-diverged', namespace, key, version: asOf.version });
  }

  private fail(key: string, error: unknown): void {
    const { namespace, clock, report } = this.options;
    const failures = (this.failing.get(key)?.failures ?? 0) + 1;
    const retryInMs = backOffMs(failures, this.random());
    this.failing.delete(key);
    this.failing.set(key, { failures, retryAt: clock.now() + retryInMs, error });
    if (this.failing.size > maxFailingKeys) this.failing.delete(this.failing.keys().next().value!);
    report({ type: 'load-failed', namespace, key, error, failures, retryInMs });
  }

  private async withinDeadline(key: string, changedScopes?: readonly string[]): Promise<Loaded<T>> {
    const { namespace, clock, origin, cache } = this.options;
    const { hardTimeoutMs } = cache.policy;
    const controller = new AbortController();
    const request = {
      signal: controller.signal,
      held: cache.entry(key),
      ...(changedScopes && { changedScopes }),
    };
    let cancel: CancelTimer | undefined;
    const deadline = new Promise<never>((_, reject) => {
      cancel = clock.after(hardTimeoutMs, () => {
        const timeout = new LoadTimeoutError(namespace, hardTimeoutMs);
        reject(timeout);
        controller.abort(timeout);
      });
    });
    try {
      return await Promise.race([origin.load(key, request), deadline]);
    } finally {
      cancel?.();
    }
  }
}
