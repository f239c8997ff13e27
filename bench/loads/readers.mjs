// Everybody who can load: each is made around an origin, and answers `get(key)`.
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { SystemClock } from '../../dist/src/adapters/system/system-clock.js';
import { Reader, StaleWhileRevalidateCache } from '../../dist/src/core/index.js';
import { modelConfigDefaults } from '../../dist/src/features/model-config/model-config.policy.js';

function bento(origin, options) {
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: 1_000, serialize: false }));
  const cache = new BentoCache({ default: 'memory', stores: { memory: store }, ...options });
  return (key) => cache.getOrSet({ key, factory: () => origin(key) });
}

/** @param maxAgeMs after that a value is stale, and kept for as long as its origin fails */
export const readers = {
  lastgood(origin, maxAgeMs) {
    const clock = new SystemClock();
    const cache = new StaleWhileRevalidateCache({ clock, policy: { ...modelConfigDefaults, maxAgeMs } });
    const load = async (key) => ({ value: await origin(key) });
    const reader = new Reader({
      namespace: 'bench',
      clock,
      report: () => undefined,
      cache,
      origin: { load },
    });
    return async (key) => (await reader.get(key)).data;
  },
  'BentoCache, grace': (origin, maxAgeMs) => bento(origin, { ttl: maxAgeMs, grace: '1h' }),
  /** Only then does it leave a dead origin alone: for ten seconds. */
  'BentoCache, grace and timeout': (origin, maxAgeMs) =>
    bento(origin, { ttl: maxAgeMs, grace: '1h', timeout: '1s' }),
  'lru-cache fetch'(origin, maxAgeMs) {
    const cache = new LRUCache({
      max: 1_000,
      ttl: maxAgeMs,
      ttlResolution: 0,
      fetchMethod: origin,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
    });
    return (key) => cache.fetch(key);
  },
  /** Has no grace: where its origin fails, so does it. */
  cacheable(origin, maxAgeMs) {
    const cache = new Cacheable({ ttl: maxAgeMs });
    return (key) => cache.getOrSet(key, () => origin(key), { ttl: maxAgeMs, throwErrors: true });
  },
};
