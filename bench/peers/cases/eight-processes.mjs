import { Crowd } from '../../stampede/crowd.mjs';
import { SlowOrigin } from '../../stampede/origin.mjs';
import { callers, originMs, processes } from '../../stampede/scenario.mjs';
import { duration, median } from '../../support/figures.mjs';
import { startRedis } from '../../support/redis-server.mjs';

const rounds = 3;
const script = new URL('../crowd-node.mjs', import.meta.url);

/** 8 processes × 50 callers ask for one cold key at once, over one Redis; its origin takes 500 ms. */
export default {
  rows: [`${processes} processes × ${callers} callers of one cold key: loads, and the last answer`],
  needs: 'tiers',
  launches: 1,
  async measure({ name }) {
    const redis = await startRedis();
    const origin = await new SlowOrigin(originMs).start();
    const crowd = new Crowd(script, [name, redis.url, origin.url]);
    try {
      await crowd.start();
      const results = [];
      for (let i = 0; i <= rounds; i++) {
        const answers = (await crowd.ask(`cold-${i}`)).flatMap((told) => told.answers);
        if (answers.some(({ value }) => value !== `cold-${i}`))
          throw new Error('Not everybody got the value');
        const lastMs = Math.max(...answers.map(({ ms }) => ms));
        results.push({ loads: origin.callsOf(`cold-${i}`).length, lastMs });
      }
      return results.slice(1);
    } finally {
      await crowd.stop();
      origin.stop();
      await redis.stop();
    }
  },
  cellsOf([results]) {
    const loads = Math.max(...results.map((result) => result.loads));
    const last = duration(median(results.map(({ lastMs }) => lastMs)) * 1e6);
    return [{ text: `${loads}, ${last}`, value: loads, ours: { maxValue: 1, bar: '1 load' } }];
  },
};
