import { LRUCache } from 'lru-cache';

export default {
  name: 'lru-cache',
  options: {
    memory: '`fetch` with `ttl`, `allowStale`, `allowStaleOnFetchRejection`, `noDeleteOnFetchRejection`',
  },
  lacks: {
    tiers: 'lives in one process: there is no shared tier',
    redis: 'lives in one process: there is no shared tier',
    spread: 'lives in one process: the others keep what they hold until its TTL ends',
  },
  memory(origin, { ttlMs, maxEntries = 1_000 }) {
    const cache = new LRUCache({
      max: maxEntries,
      ttl: ttlMs,
      fetchMethod: origin,
      allowStale: true,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
    });
    return { get: (key) => cache.fetch(key) };
  },
};
