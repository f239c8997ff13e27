import type { Entry } from '../cache/entry.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Source } from '../cache/read-result.js';
import type { Clock } from '../clock.js';
import { LoadedElsewhereError } from '../errors/loaded-elsewhere.error.js';
import { UnavailableError } from '../errors/unavailable.error.js';
import type { Report } from '../events.js';
import type { Mirrors } from '../tiers/mirrors.js';
import type { SharedLoad } from '../tiers/shared-load.js';
import type { Switches } from '../tiers/switches.js';
import { Deadline } from './deadline.js';
import { Failures, recoverySpreadMs } from './failures.js';
import type { Loaded, Origin } from './origin.js';
import { Places } from './places.js';
import { Refreshes } from './refreshes.js';

export interface Load<T> {
  readonly startedAt: number;
  /** The entry that stands after the load, within the hard timeout; rejects with the cause of the failure. */
  readonly done: Promise<Entry<T>>;
  /** Where the entry came from, once it is there. */
  readonly source: Source;
  /** What it brought was confirmed no earlier than this: its start, unless the origin told an earlier moment. */
  readonly confirmedSince: number;
}

/** How a load is meant; by default somebody waits for it, and what another process loaded just now will do. */
export interface LoadManner {
  /** The scopes that are known to have changed since what is held. */
  readonly changedScopes?: readonly string[];
  /** From the origin, whatever other processes have. */
  readonly direct?: boolean;
  /** Nobody waits for it: where another process runs one, it rejects with a `LoadedElsewhereError`. */
  readonly behind?: boolean;
  /** What another process has will do only if it was confirmed later than what is held here. */
  readonly ahead?: boolean;
  /** How long it may take (ms), if that is less than the hard timeout. */
  readonly withinMs?: number;
}

interface RunningLoad<T> extends Load<T> {
  source: Source;
  confirmedSince: number;
  isAwaited: boolean;
  done: Promise<Entry<T>>;
}

/** Far more than a healthy origin is asked for at once, and few enough for one that has just come back. */
const usualLoadsAtOnce = 32;

const never = new Promise<never>(() => undefined);

export interface LoaderOptions<T> {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly origin: Origin<T>;
  readonly cache: StaleWhileRevalidateCache<T>;
  /** The tiers beyond memory; by default there are none. */
  readonly mirrors?: Mirrors<T>;
  /** Makes one load of what all processes ask for; by default each loads for itself. */
  readonly shared?: SharedLoad<T>;
  /** Default: everything on. */
  readonly switches?: Switches;
  /** So many loads of different keys at the origin at once; others wait within their hard timeout. Default 32. */
  readonly maxLoadsAtOnce?: number;
  /** A load that nobody waits for is not begun within so long (ms) of the start of the key's last one. Default 0. */
  readonly refreshIntervalMs?: number;
  /** Uniform in 0..1. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Runs loads: one at a time for a key, each within the hard timeout, with back-off between failures. A success is
 * stored; a failure leaves what is held untouched.
 */
export class Loader<T> {
  readonly failures: Failures;
  readonly refreshes: Refreshes;
  private readonly running = new Map<string, RunningLoad<T>>();
  private readonly random: () => number;
  private readonly places: Places;

  constructor(private readonly options: LoaderOptions<T>) {
    const { namespace, clock, report, random = Math.random, maxLoadsAtOnce = usualLoadsAtOnce } = options;
    this.random = random;
    this.places = new Places(maxLoadsAtOnce);
    this.failures = new Failures(clock, random);
    this.refreshes = new Refreshes({
      namespace,
      clock,
      report,
      failures: this.failures,
      isRunning: (key) => this.running.has(key),
      restMs: (key) => this.restMs(key),
      // The others are for reads that wait.
      aheadAtOnce: Math.ceil(maxLoadsAtOnce / 2),
      load: (key, withinMs, ahead) => this.load(key, { behind: true, withinMs, ahead }).done,
    });
  }

  runningLoad(key: string): Load<T> | undefined {
    return this.running.get(key);
  }

  /** The load of this key: the one that runs, or a new one. */
  load(key: string, manner: LoadManner = {}): Load<T> {
    const frozen = this.options.cache.freeze.entry(key);
    if (frozen !== undefined) return this.loaded(frozen);
    const running = this.running.get(key);
    if (running !== undefined) {
      if (!manner.behind) running.isAwaited = true;
      return running;
    }
    const startedAt = this.options.clock.now();
    const load: RunningLoad<T> = {
      startedAt,
      source: 'origin',
      confirmedSince: startedAt,
      isAwaited: !manner.behind,
      done: never,
    };
    load.done = this.run(key, load, manner);
    load.done.catch(() => undefined);
    this.running.set(key, load);
    return load;
  }

  /** Everything held became stale, here and elsewhere: this process begins to load anew at a moment of its own. */
  lineageChanged(): void {
    this.refreshes.pauseUntil(this.options.clock.now() + this.random() * recoverySpreadMs);
  }

  /** What nothing may replace is as good as loaded: the origin is not asked. */
  private loaded(entry: Entry<T>): Load<T> {
    const startedAt = this.options.clock.now();
    return { startedAt, done: Promise.resolve(entry), source: 'memory', confirmedSince: startedAt };
  }

  /** Until a load may begin that nobody waits for, as far as what is held tells: it was confirmed when its own began. */
  private restMs(key: string): number {
    const { refreshIntervalMs = 0, cache, clock } = this.options;
    const held = refreshIntervalMs > 0 ? cache.entry(key) : undefined;
    return held === undefined ? 0 : held.confirmedAt + refreshIntervalMs - clock.now();
  }

  private async run(key: string, load: RunningLoad<T>, manner: LoadManner): Promise<Entry<T>> {
    const { clock, namespace, cache, mirrors, shared } = this.options;
    const deadlineMs = Math.min(cache.policy.hardTimeoutMs, manner.withinMs ?? Number.POSITIVE_INFINITY);
    const deadline = new Deadline(clock, namespace, deadlineMs);
    const { signal, endsAt } = deadline;
    const { startedAt } = load;
    const fromOrigin = () => this.loadFromOrigin(key, load, manner.changedScopes, deadline);
    try {
      if (shared === undefined || manner.direct) {
        const entry = await fromOrigin();
        void mirrors?.mirror(entry);
        return entry;
      }
      const isAwaited = () => load.isAwaited;
      const { ahead = false } = manner;
      const request = { key, startedAt, endsAt, signal, isAwaited, ahead, load: fromOrigin };
      let outcome = await deadline.limit(() => shared.run(request));
      // Somebody may have joined while it was being left to others.
      while (outcome === null && load.isAwaited) outcome = await deadline.limit(() => shared.run(request));
      // Nobody joins from here on: what follows, down to `finally`, is one synchronous step.
      if (outcome === null) throw new LoadedElsewhereError(namespace, 0);
      load.source = outcome.source;
      this.failures.forget(key);
      return outcome.entry;
    } catch (error) {
      // That others load it is no failure where nobody waits for them.
      if (load.isAwaited || !(error instanceof LoadedElsewhereError)) this.fail(key, error);
      throw error;
    } finally {
      deadline.cancel();
      this.running.delete(key);
    }
  }

  private async loadFromOrigin(
    key: string,
    load: RunningLoad<T>,
    changedScopes: readonly string[] | undefined,
    deadline: Deadline,
  ): Promise<Entry<T>> {
    const turn = this.places.take(deadline);
    if (turn !== null) await turn;
    try {
      const entry = await this.loadOnce(key, load, changedScopes, deadline);
      // It was purged while it was being loaded: once more tells what there is now.
      if (!this.options.cache.isPurged(entry)) return entry;
      const again = await this.loadOnce(key, load, undefined, deadline);
      if (!this.options.cache.isPurged(again)) return again;
      throw new UnavailableError('It was purged while it was being loaded', 0);
    } finally {
      this.places.leave();
    }
  }

  private async loadOnce(
    key: string,
    load: RunningLoad<T>,
    changedScopes: readonly string[] | undefined,
    deadline: Deadline,
  ): Promise<Entry<T>> {
    const { namespace, clock, report, cache, origin, switches } = this.options;
    const startedAt = clock.now();
    const asOf = cache.asOfNow();
    const request = {
      signal: deadline.signal,
      endsAt: deadline.endsAt,
      held: cache.entry(key),
      ...(changedScopes && { changedScopes }),
    };
    const loaded = { ...(asOf && { asOf }), ...(await deadline.limit(() => origin.load(key, request))) };
    this.failures.forget(key);
    this.compare(key, loaded);
    const confirmedAt = Math.min(startedAt, loaded.confirmedAt ?? startedAt);
    load.confirmedSince = Math.min(load.startedAt, confirmedAt);
    const facts = { ...loaded, confirmedAt, readAt: startedAt };
    const notKept = switches?.negativeResults === false ? { maxAgeMs: 0 } : {};
    const entry =
      'value' in loaded
        ? cache.set(key, loaded.value, facts)
        : cache.setAbsent(key, { ...facts, ...notKept });
    const version = loaded.asOf?.version ?? null;
    report({ type: 'load-succeeded', namespace, key, version, durationMs: clock.now() - startedAt });
    return entry;
  }

  private compare(key: string, loaded: Loaded<T>): void {
    const { namespace, report, cache } = this.options;
    const { asOf } = loaded;
    const value = 'value' in loaded ? loaded.value : undefined;
    if (asOf && cache.contradicts(key, value, asOf))
      report({ type: 'content-diverged', namespace, key, version: asOf.version });
  }

  private fail(key: string, error: unknown): void {
    const { namespace, report } = this.options;
    report({ type: 'load-failed', namespace, key, error, ...this.failures.note(key, error) });
  }
}
