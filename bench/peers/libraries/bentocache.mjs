import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';

const connectionOf = (url) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });

/** Only with a time-out above 0 does it leave a dead origin alone. */
function over(store, origin, { ttlMs, staleMs, leavesAlone = false }) {
  const grace = staleMs > 0 && { grace: staleMs, timeout: leavesAlone ? '1s' : 0 };
  const cache = new BentoCache({ default: 'bench', stores: { bench: store }, ttl: ttlMs, ...grace });
  return {
    get: (key) => cache.getOrSet({ key, factory: () => origin(key) }),
    set: (key, value) => cache.set({ key, value }),
    close: () => cache.disconnectAll(),
  };
}

export default {
  name: 'BentoCache',
  options: {
    memory:
      '`memoryDriver` with `serialize: false`; stale values by `grace` and `timeout: 0`, with a dead origin `timeout: 1s`',
    // Without serialising, what its bus marks as stale can't be read any more.
    redis: '`memoryDriver` as it is, `redisDriver` and `redisBusDriver`; for Redis alone, only `redisDriver`',
  },
  memory: (origin, { maxEntries = 1_000, ...settings }) =>
    over(bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: false })), origin, settings),
  tiers(origin, { url, ...settings }) {
    const connection = connectionOf(url);
    const store = bentostore()
      .useL1Layer(memoryDriver({ maxItems: 10_000 }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }));
    return over(store, origin, settings);
  },
  redis: (origin, { url, ...settings }) =>
    over(bentostore().useL2Layer(redisDriver({ connection: connectionOf(url) })), origin, settings),
};
