import { createCache } from 'async-cache-dedupe';
import { Redis } from 'ioredis';

const over = (storage, origin, { ttlMs, staleMs = 0 }) => {
  const cache = createCache({ ttl: ttlMs / 1_000, stale: staleMs / 1_000, storage });
  cache.define('read', (key) => origin(key));
  return { get: (key) => cache.read(key) };
};

function overRedis(origin, { url, ...settings }) {
  const client = new Redis(url);
  client.on('error', () => undefined);
  return {
    ...over({ type: 'redis', options: { client } }, origin, settings),
    close: () => client.disconnect(),
  };
}

export default {
  name: 'async-cache-dedupe',
  options: {
    memory: '`storage: memory`; stale values by `stale`',
    redis: '`storage: redis` over ioredis, no memory before it',
  },
  lacks: {
    spread:
      'nothing can be set; with memory as its storage, the others keep what they hold until its TTL ends',
  },
  memory: (origin, { maxEntries = 1_000, ...settings }) =>
    over({ type: 'memory', options: { size: maxEntries } }, origin, settings),
  tiers: overRedis,
  redis: overRedis,
};
