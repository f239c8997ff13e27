import type { Redis } from 'ioredis';
import type { TierUsage } from '../../core/index.js';
import { mastersOf } from './redis-client.js';
import type { RedisLink } from './redis-link.js';

const batch = 1_000;
const mostBatches = 10;
const mostMeasured = 100;

/**
 * How many keys match and how long their values are. Exact in number for masters of up to 10,000 keys; beyond, what
 * the first 10,000 are like is taken for the whole. Lengths are those of 100 keys at most.
 */
export async function estimateUsage(link: RedisLink, pattern: string): Promise<TierUsage> {
  const parts = await Promise.all(mastersOf(link.client).map((master) => usageOf(link, master, pattern)));
  return {
    entries: Math.round(parts.reduce((sum, { entries }) => sum + entries, 0)),
    bytes: Math.round(parts.reduce((sum, { bytes }) => sum + bytes, 0)),
  };
}

async function usageOf(link: RedisLink, master: Redis, pattern: string): Promise<TierUsage> {
  const found = new Set<string>();
  let cursor = '0';
  let batches = 0;
  do {
    const from = cursor;
    const [next, some] = await link.run('scan', () => master.scan(from, 'MATCH', pattern, 'COUNT', batch));
    for (const key of some) found.add(key);
    cursor = next;
    batches += 1;
  } while (cursor !== '0' && batches < mostBatches);
  const entries = cursor === '0' ? found.size : found.size * (await scale(link, master, batches * batch));
  return { entries, bytes: entries * (await meanLength(link, master, [...found].slice(0, mostMeasured))) };
}

async function scale(link: RedisLink, master: Redis, visited: number): Promise<number> {
  const total = await link.run('scan', () => master.dbsize());
  return Math.max(1, total / visited);
}

async function meanLength(link: RedisLink, master: Redis, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const lengths = await link.run('scan', () =>
    Promise.all(keys.map((key) => master.strlen(key).catch(() => 0))),
  );
  return lengths.reduce((sum, length) => sum + length, 0) / keys.length;
}
