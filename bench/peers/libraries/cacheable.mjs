import { createKeyv, createKeyvNonBlocking } from '@keyv/redis';
import { RedisMessageProvider } from '@qified/redis';
import { Cacheable } from 'cacheable';

function over(cache, origin, ttlMs) {
  cache.on('error', () => undefined);
  return {
    get: (key) => cache.getOrSet(key, () => origin(key), { ttl: ttlMs, throwErrors: true }),
    set: (key, value) => cache.set(key, value, ttlMs),
    close: () => cache.disconnect(),
  };
}

export default {
  name: 'cacheable',
  options: {
    memory: 'the default memory; `getOrSet` with `throwErrors`',
    redis:
      '`secondary: createKeyv()` of @keyv/redis; where Redis hangs, `createKeyvNonBlocking()` and `nonBlocking: true`; a change is spread by `sync` over @qified/redis',
  },
  lacks: { stale: 'has no stale values: past its TTL a value is gone' },
  memory: (origin, { ttlMs }) => over(new Cacheable({ ttl: ttlMs }), origin, ttlMs),
  tiers(origin, { url, ttlMs, isForOutages, isSpread }) {
    const sync = isSpread && { sync: { qified: new RedisMessageProvider({ uri: url }) } };
    const redis = isForOutages
      ? { secondary: createKeyvNonBlocking(url), nonBlocking: true }
      : { secondary: createKeyv(url) };
    return over(new Cacheable({ ttl: ttlMs, ...redis, ...sync }), origin, ttlMs);
  },
  redis: (origin, { url, ttlMs }) =>
    over(new Cacheable({ primary: createKeyv(url), ttl: ttlMs }), origin, ttlMs),
};
