import type { Clock } from '../clock.js';
import { backOffMs } from './back-off.js';

/** How long recovered keys are spread over, so that an origin that is back is not overrun. */
export const recoverySpreadMs = 2_000;
/** Failing keys beyond this many forget the oldest failure first. */
const maxKeys = 10_000;
/** An origin that says when to come back is believed up to this. */
const longestToldMs = 3_600_000;

interface Failure {
  /** In a row. */
  failures: number;
  retryAt: number;
  /** When the origin itself said that it may be asked again. */
  notBefore: number;
  error: unknown;
}

/** The keys whose last load failed, and until when each is left alone. */
export class Failures {
  private readonly byKey = new Map<string, Failure>();

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  lastError(key: string): unknown {
    return this.byKey.get(key)?.error;
  }

  /** Milliseconds until this key may be loaded again; 0 when it may be now. */
  retryInMs(key: string): number {
    const failure = this.byKey.get(key);
    return failure === undefined ? 0 : Math.max(0, failure.retryAt - this.clock.now());
  }

  /** An error that brings a `retryAfterMs` leaves the key alone for at least that long, and an hour at most. */
  note(key: string, error: unknown): { failures: number; retryInMs: number } {
    const failures = (this.byKey.get(key)?.failures ?? 0) + 1;
    const now = this.clock.now();
    const toldMs = retryAfterOf(error);
    const retryInMs = Math.max(toldMs, backOffMs(failures, this.random()));
    this.byKey.delete(key);
    this.byKey.set(key, { failures, retryAt: now + retryInMs, notBefore: now + toldMs, error });
    if (this.byKey.size > maxKeys) this.byKey.delete(this.byKey.keys().next().value!);
    return { failures, retryInMs };
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }

  /**
   * The origin answers again: what waits may try within two seconds, spread at random, and starts afresh; what the origin
   * told to wait for longer, waits.
   */
  originRecovered(): void {
    const now = this.clock.now();
    for (const failure of this.byKey.values()) {
      failure.failures = 0;
      const soon = now + this.random() * recoverySpreadMs;
      failure.retryAt = Math.min(failure.retryAt, Math.max(soon, failure.notBefore));
    }
  }
}

function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = (error ?? {}) as { readonly retryAfterMs?: unknown };
  const isTold = typeof retryAfterMs === 'number' && retryAfterMs > 0;
  return isTold ? Math.min(retryAfterMs, longestToldMs) : 0;
}
