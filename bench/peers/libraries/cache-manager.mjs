import { createKeyv as createKeyvRedis } from '@keyv/redis';
import { createCache } from 'cache-manager';
import { createKeyv } from 'cacheable';

/** Stale is what is left of a longer TTL: that is how it refreshes behind a reader. */
function over(origin, { ttlMs, staleMs = 0 }, options) {
  const cache = createCache({ ttl: ttlMs + staleMs, refreshThreshold: staleMs, ...options });
  cache.on('refresh', () => undefined);
  return {
    get: (key) => cache.wrap(key, () => origin(key)),
    set: (key, value) => cache.set(key, value),
    close: () => cache.disconnect(),
  };
}

const memory = (lruSize) => createKeyv({ lruSize });

export default {
  name: 'cache-manager',
  options: {
    memory:
      '`createKeyv()` of cacheable as its store; stale values by `ttl` = both times together and `refreshThreshold` = the stale one',
    redis: '`stores`: memory and `createKeyv()` of @keyv/redis; where Redis hangs, `nonBlocking: true`',
  },
  lacks: { spread: 'tells other processes nothing: they keep what they hold until its TTL ends' },
  memory: (origin, { maxEntries = 1_000, ...settings }) =>
    over(origin, settings, { stores: [memory(maxEntries)] }),
  tiers: (origin, { url, isForOutages = false, ...settings }) =>
    over(origin, settings, { stores: [memory(10_000), createKeyvRedis(url)], nonBlocking: isForOutages }),
  redis: (origin, { url, ...settings }) => over(origin, settings, { stores: [createKeyvRedis(url)] }),
};
