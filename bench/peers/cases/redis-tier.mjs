import { Redis } from 'ioredis';
import { duration, median, times } from '../../support/figures.mjs';
import { startRedis } from '../../support/redis-server.mjs';
import { valueOf } from '../../support/value.mjs';
import { waveOf } from '../../redis/contenders.mjs';
import { quantile } from '../scenario.mjs';

const keys = Array.from({ length: 512 }, (_, i) => `book:${i}:chapter:3`);
const concurrencies = [1, 32, 256];
const [warmUp, rounds, turnMs] = [25, 75, 4];
const bytes = 1_024;

/** Microseconds of a read; of the turns the faster quarter counts, since what others take of the machine is not ours. */
async function turn(wave, concurrency) {
  const start = performance.now();
  let reads = 0;
  for (; performance.now() - start < turnMs; reads += concurrency) await wave();
  return ((performance.now() - start) * 1_000) / reads;
}

async function compare(ways, concurrency) {
  const waves = ways.map((way) => waveOf(way, concurrency));
  const taken = waves.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [i, wave] of waves.entries()) {
      const us = await turn(wave, concurrency);
      if (round >= warmUp) taken[i].push(us);
    }
  }
  const [us, rawUs] = taken.map((values) => quantile(values, 0.25));
  return { us, ratio: us / rawUs };
}

/** A value of 1 KB that is in Redis and not in memory, by turns with ioredis GET + JSON.parse. */
export default {
  rows: concurrencies.map((concurrency) => `a hit in Redis, ${concurrency} at once`),
  needs: 'redis',
  launches: 2,
  async measure(library) {
    const redis = await startRedis();
    try {
      const client = new Redis(redis.url);
      const load = async (key) => valueOf(key, bytes);
      const { get, forget } = await library.redis(load, { url: redis.url, ttlMs: 300_000 });
      for (const key of [...keys, 'one that stays']) await get(key);
      for (const key of keys) await client.set(`raw:${key}`, JSON.stringify(valueOf(key, bytes)));
      for (const key of keys) forget?.(key);
      const raw = { ask: async (key) => JSON.parse(await client.get(`raw:${key}`)) };
      const results = [];
      for (const concurrency of concurrencies)
        results.push(await compare([{ ask: get, tidy: forget }, raw], concurrency));
      return results;
    } finally {
      await redis.stop();
    }
  },
  cellsOf: (results) =>
    concurrencies.map((_, i) => {
      const [us, ratio] = ['us', 'ratio'].map((figure) => median(results.map((result) => result[i][figure])));
      return { text: `${duration(us * 1_000)} (${times(ratio)})`, value: us };
    }),
};
