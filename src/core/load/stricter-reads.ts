import type { ReadResult } from '../cache/read-result.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { AsOf } from '../coherence/as-of.js';
import type { Point } from '../coherence/point.js';
import { describeLoaded } from './describe-loaded.js';
import type { Loader } from './loader.js';
import type { ReadErrors } from './read-errors.js';

/** A load that was under way may have begun too early for what is asked: then one more tells. */
const attempts = 2;

export interface StricterReadsOptions<T> {
  readonly clock: Clock;
  readonly cache: StaleWhileRevalidateCache<T>;
  readonly loader: Loader<T>;
  readonly errors: ReadErrors;
  /** The read by the policy alone. */
  readonly get: (key: string) => Promise<ReadResult<T>>;
}

/** Reads for callers that ask for more than the policy does. */
export class StricterReads<T> {
  constructor(private readonly options: StricterReadsOptions<T>) {}

  async atLeast(key: string, wanted: Point): Promise<ReadResult<T>> {
    const { cache, loader } = this.options;
    let asOf = cache.entry(key)?.asOf;
    // Then no load says more, not even of another history.
    const isFrozen = cache.freeze.entry(key) !== undefined;
    for (let attempt = 0; attempt < attempts && !reaches(asOf, wanted); attempt++) {
      try {
        if (loader.failures.retryInMs(key) > 0) throw loader.failures.lastError(key);
        asOf = (await loader.load(key, { direct: true }).done).asOf;
      } catch (error) {
        throw this.notReached(key, wanted, error);
      }
      if (isFrozen) break;
      if (asOf?.epoch !== wanted.epoch) return this.notBefore(key, wanted);
    }
    if (!reaches(asOf, wanted)) throw this.notReached(key, wanted);
    return this.notBefore(key, wanted);
  }

  async within(key: string, maxAgeMs: number): Promise<ReadResult<T>> {
    const { clock, cache, loader, errors, get } = this.options;
    const askedAt = clock.now();
    let answer = await get(key);
    // What was confirmed since it was asked for is as young as anything can be.
    const isOlder = () => answer.age > Math.max(maxAgeMs, clock.now() - askedAt);
    for (let attempt = 0; attempt < attempts && isOlder(); attempt++) {
      if (loader.failures.retryInMs(key) > 0) throw errors.noAnswer(key);
      const load = loader.load(key, { direct: true });
      try {
        answer = describeLoaded(cache, clock, await load.done, load);
      } catch {
        throw errors.noAnswer(key);
      }
    }
    if (isOlder()) throw errors.noAnswer(key);
    return answer;
  }

  /** What was loaded may not stand: what does may be from a tier, and older than what is asked for. */
  private async notBefore(key: string, wanted: Point): Promise<ReadResult<T>> {
    const answer = await this.options.get(key);
    const { asOf } = answer;
    if (asOf?.epoch === wanted.epoch && asOf.version < wanted.version) throw this.notReached(key, wanted);
    return answer;
  }

  private notReached(key: string, wanted: Point, cause?: unknown): Error {
    this.options.cache.count(null);
    return this.options.errors.notReached(key, wanted, cause);
  }
}

function reaches(asOf: AsOf | null | undefined, wanted: Point): boolean {
  return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;
}
