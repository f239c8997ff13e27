import { duration, median } from '../../support/figures.mjs';
import { startRedis } from '../../support/redis-server.mjs';
import { outcomeOf, quantile } from '../scenario.mjs';

const reads = 500;
const givenUpAfterMs = 4_000;

/** One after the other; who makes readers wait is asked less often. */
async function readsOf(get, keyOf) {
  const taken = [];
  const from = performance.now();
  for (let i = 0; i < reads && performance.now() - from < givenUpAfterMs; i++) {
    taken.push(await outcomeOf(() => get(keyOf(i))));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return taken;
}

function told(taken) {
  const waiting = taken.filter(({ outcome }) => outcome === 'waits').length;
  if (waiting === taken.length) return { text: 'no answer in 2 s', p99: Number.POSITIVE_INFINITY };
  const times = taken.map(({ ms }) => ms);
  const [p99, max] = [0.99, 1].map((share) => quantile(times, share));
  const failed = taken.filter(({ outcome }) => outcome === 'throws').length;
  const failures = failed > 0 ? `, ${failed} of ${taken.length} throw` : '';
  return { text: `p99 ${duration(p99 * 1e6)}, max ${duration(max * 1e6)}${failures}`, p99 };
}

/** A Redis that is connected and does not answer (SIGSTOP), and an origin that answers at once. Our bars: hung-redis/. */
export default {
  rows: ['hung Redis: reads of what was read before', 'hung Redis: reads of cold keys'],
  needs: 'tiers',
  launches: 1,
  async measure(library) {
    const redis = await startRedis();
    try {
      const settings = { url: redis.url, ttlMs: 300_000, isForOutages: true };
      const { get } = await library.tiers(async (key) => ({ key }), settings);
      for (let i = 0; i < 100; i++) await get('warm');
      redis.freeze();
      const warm = await readsOf(get, () => 'warm');
      const cold = await readsOf(get, (i) => `cold-${i}`);
      return { warm: told(warm), cold: told(cold) };
    } finally {
      redis.thaw();
      await redis.stop();
    }
  },
  cellsOf(results) {
    const value = (which) => median(results.map((result) => result[which].p99 ?? Number.POSITIVE_INFINITY));
    return ['warm', 'cold'].map((which) => ({ text: results[0][which].text, value: value(which) }));
  },
};
