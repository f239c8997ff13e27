import { cachified, totalTtl } from '@epic-web/cachified';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

const ttlOf = (value) => {
  const ttl = totalTtl(value?.metadata);
  return Number.isFinite(ttl) ? ttl : undefined;
};

/** As its documentation writes them down. */
function lru(max) {
  const entries = new LRUCache({ max });
  return {
    set: (key, value) => entries.set(key, value, { ttl: ttlOf(value), start: value?.metadata?.createdTime }),
    get: (key) => entries.get(key),
    delete: (key) => entries.delete(key),
  };
}

function redis(client) {
  return {
    set: (key, value) => client.set(key, JSON.stringify(value), 'PX', ttlOf(value)),
    get: async (key) => JSON.parse(await client.get(key)),
    delete: (key) => client.del(key),
  };
}

const over = (cache, origin, { ttlMs, staleMs = 0 }) => ({
  get: (key) => cachified({ key, cache, ttl: ttlMs, swr: staleMs, getFreshValue: () => origin(key) }),
  set: (key, value) => cachified({ key, cache, ttl: ttlMs, forceFresh: true, getFreshValue: () => value }),
});

function overRedis(origin, { url, ...settings }) {
  const client = new Redis(url);
  client.on('error', () => undefined);
  return { ...over(redis(client), origin, settings), close: () => client.disconnect() };
}

export default {
  name: 'cachified',
  options: {
    memory: 'the adapter to lru-cache that its documentation shows; stale values by `swr`',
    redis: 'an adapter to ioredis of three lines, no memory before it',
  },
  memory: (origin, { maxEntries = 1_000, ...settings }) => over(lru(maxEntries), origin, settings),
  tiers: overRedis,
  redis: overRedis,
};
