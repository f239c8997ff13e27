import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startRedis } from '../../support/redis-server.mjs';
import { duration } from '../../support/figures.mjs';
import { quantile } from '../scenario.mjs';

const edits = 100;
const warmUp = 10;
const replicas = 3;
const script = fileURLToPath(new URL('../replica.mjs', import.meta.url));

async function told(child, message) {
  const gone = new AbortController();
  const { signal } = gone;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A replica ended with ${code}`);
  });
  ended.catch(() => undefined);
  child.send(message);
  const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
  gone.abort();
  return answer;
}

/** From the moment that one of three processes was told that its `set` is done until the others read the value. */
export default {
  rows: ['a change, until the two other replicas serve it'],
  needs: 'spread',
  launches: 1,
  async measure({ name }) {
    const redis = await startRedis();
    const children = Array.from({ length: replicas }, () =>
      fork(script, [name, redis.url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    try {
      for (const child of children) await once(child, 'message');
      const [writer, ...others] = children;
      const taken = [];
      for (let edit = 1; edit <= warmUp + edits; edit++) {
        const watched = others.map((child) => told(child, { watch: edit }));
        const { at } = await told(writer, { set: edit });
        const seen = await Promise.all(watched);
        if (edit > warmUp) taken.push(...seen.map((each) => Math.max(0, each.at - at)));
        await delay(10);
      }
      return taken;
    } finally {
      for (const child of children) child.kill('SIGKILL');
      await redis.stop();
    }
  },
  cellsOf([taken]) {
    const [p50, p99] = [0.5, 0.99].map((share) => quantile(taken, share));
    return [{ text: `p50 ${duration(p50 * 1e6)}, p99 ${duration(p99 * 1e6)}`, value: p99 }];
  },
};
