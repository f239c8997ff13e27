import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { renderPoint, type Point } from '../coherence/point.js';
import { TooStaleError } from '../errors/too-stale.error.js';
import { UnavailableError } from '../errors/unavailable.error.js';
import { VersionNotReachedError } from '../errors/version-not-reached.error.js';
import type { Failures } from './failures.js';

/** Says what a read that got no answer is told: what is held, why there is no more, and when to ask again. */
export class ReadErrors {
  constructor(
    private readonly namespace: string,
    private readonly cache: StaleWhileRevalidateCache<unknown>,
    private readonly failures: Failures,
  ) {}

  noAnswer(key: string): UnavailableError | TooStaleError {
    const held = this.cache.peek(key);
    const retryAfterMs = this.failures.retryInMs(key);
    const cause = this.failures.lastError(key);
    if (held === null) {
      const message = `${this.namespace}: nothing is held and the origin gives nothing`;
      return new UnavailableError(message, retryAfterMs, cause);
    }
    const age = `${Math.round(held.age)} ms old`;
    const message = `${this.namespace}: what is held is ${age}, past its limit, and the origin gives nothing`;
    return new TooStaleError(message, retryAfterMs, held.age, cause);
  }

  notReached(key: string, wanted: Point, cause?: unknown): VersionNotReachedError {
    const asOf = this.cache.entry(key)?.asOf;
    const held = asOf ? renderPoint(asOf) : null;
    const retryAfterMs = this.failures.retryInMs(key);
    return new VersionNotReachedError(this.namespace, renderPoint(wanted), held, retryAfterMs, cause);
  }
}
