import {
  Reader,
  StaleWhileRevalidateCache,
  SystemClock,
  type Clock,
  type Origin,
  type Policy,
} from 'lastgood/core';

/** Fresh for a minute; after that served at once while one load runs behind it, and for an hour where that fails. */
export const pricePolicy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 3_600_000,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 10_000,
  jitter: 0,
  invalidatedMaxStaleMs: 60_000,
};

/** The cache alone, without any framework, over an origin of one's own. */
export function readPrices(origin: Origin<number>, clock: Clock = new SystemClock()): Reader<number> {
  const cache = new StaleWhileRevalidateCache<number>({ clock, policy: pricePolicy });
  return new Reader({ namespace: 'prices', clock, cache, origin, report: () => undefined });
}
