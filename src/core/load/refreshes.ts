import type { Clock } from '../clock.js';
import { LoadedElsewhereError } from '../errors/loaded-elsewhere.error.js';
import type { Report } from '../events.js';
import { fractionOf } from '../policy/fraction-of.js';
import type { Failures } from './failures.js';

/** Loads of what is stale that nobody waits for, at one time in one namespace: what became stale all at once is not loaded all at once. */
const maxAtOnce = 10;
/**
 * A refresh that failed is tried again on its own, whether or not anybody reads: so often in all, within so long (ms).
 * An attempt may take as long as any load, since its lease is renewed meanwhile (CA-7).
 */
const attempts = 3;
const allAttemptsMs = 28_000;
/** Until a place is looked for again, where none was free for another attempt. */
const placeMs = 500;
/** What another process refreshes is left to it for this long. */
const leftToOthersMs = 1_000;
/** Once an origin that failed answers again, the refreshes of all keys come back over this time, each at its own moment. */
const recoveryMs = 2_500;
/** Keys left to others beyond this many forget the oldest first. */
const maxKeys = 10_000;

export interface RefreshOptions {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly failures: Failures;
  readonly isRunning: (key: string) => boolean;
  /** How long (ms) the key is to be left alone because it was loaded just now, here or elsewhere; not above 0 for not at all. */
  readonly restMs: (key: string) => number;
  /** Of what is fresh still: so many at one time. */
  readonly aheadAtOnce: number;
  /** Loads the key within the hard timeout, or in less; nobody waits for it. Rejects with a `LoadedElsewhereError` where another process does. */
  readonly load: (key: string, withinMs: number, ahead: boolean) => Promise<unknown>;
}

interface Refresh {
  readonly key: string;
  readonly firstAt: number;
  readonly ahead: boolean;
}

/** The loads behind answers, stale ones for the most part: capped, tried again a few times, and left to other processes that run them. */
export class Refreshes {
  private running = 0;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private isFailing = false;
  private recoveredAt = Number.NEGATIVE_INFINITY;
  /** By key, until when its refresh is another process's business. */
  private readonly elsewhere = new Map<string, number>();

  constructor(private readonly options: RefreshOptions) {}

  /**
   * Starts one, unless that is better left to a later read.
   * @param ahead what is held is fresh still
   */
  start(key: string, ahead = false): void {
    if (this.options.isRunning(key)) return;
    const now = this.options.clock.now();
    if (now < (this.elsewhere.get(key) ?? now) || !this.hasPlace(ahead)) return;
    if (this.isTooSoon(key, now) || this.options.restMs(key) > 0) return;
    this.elsewhere.delete(key);
    this.run({ key, firstAt: now, ahead }, 1);
  }

  /** None starts before this moment. */
  pauseUntil(moment: number): void {
    this.pausedUntil = moment;
  }

  private hasPlace(ahead: boolean): boolean {
    const most = ahead ? this.options.aheadAtOnce : maxAtOnce;
    return this.running < most && this.options.clock.now() >= this.pausedUntil;
  }

  /** The key is only hashed while an origin recovers. */
  private isTooSoon(key: string, now: number): boolean {
    const sinceMs = now - this.recoveredAt;
    return sinceMs < recoveryMs && sinceMs < recoveryMs * fractionOf(key);
  }

  private run(refresh: Refresh, attempt: number): void {
    const { key, firstAt, ahead } = refresh;
    this.running++;
    this.tell('started');
    const leftMs = firstAt + allAttemptsMs - this.options.clock.now();
    this.options.load(key, leftMs, ahead).then(
      () => {
        this.running--;
        if (this.isFailing) this.recoveredAt = this.options.clock.now();
        this.isFailing = false;
        this.tell('succeeded');
      },
      (error: unknown) => {
        this.running--;
        if (error instanceof LoadedElsewhereError) return this.leaveToOthers(key);
        this.isFailing = true;
        this.tell('failed');
        if (attempt < attempts) this.runLater(refresh, attempt + 1, this.options.failures.retryInMs(key));
      },
    );
  }

  private runLater(refresh: Refresh, attempt: number, delayMs: number): void {
    const { key, firstAt } = refresh;
    const { clock, failures, isRunning } = this.options;
    if (clock.now() + delayMs - firstAt >= allAttemptsMs) return;
    clock.after(delayMs, () => {
      // Somebody else may have tried meanwhile, with success or without.
      if (isRunning(key) || !failures.has(key) || failures.retryInMs(key) > 0) return;
      if (this.hasPlace(refresh.ahead)) this.run(refresh, attempt);
      else this.runLater(refresh, attempt, placeMs);
    });
  }

  private leaveToOthers(key: string): void {
    this.tell('skipped');
    this.elsewhere.delete(key);
    const restMs = this.options.restMs(key);
    this.elsewhere.set(key, this.options.clock.now() + (restMs > 0 ? restMs : leftToOthersMs));
    if (this.elsewhere.size > maxKeys) this.elsewhere.delete(this.elsewhere.keys().next().value!);
  }

  private tell(result: 'started' | 'skipped' | 'succeeded' | 'failed'): void {
    this.options.report({ type: 'refresh', namespace: this.options.namespace, result });
  }
}
