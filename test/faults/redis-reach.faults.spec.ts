import { measured, percentile } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { describeRedis } from '../support/describe-redis.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';

const row = 'Redis';
const atOnce = 4;

interface RedisGet {
  /** `null`: it failed. */
  readonly isHit: boolean | null;
  readonly ms: number;
}

describeRedis('Redis out of reach', () => {
  let database: ItemsDatabase;
  let redis: RedisServer;
  let node: ItemsNode;
  let other: ItemsNode;

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    redis = await RedisServer.start();
    const where = { database: database.url, redis: redis.url };
    [node, other] = await Promise.all([ItemsNode.start(where), ItemsNode.start(where)]);
  });

  afterAll(async () => {
    await Promise.all([node.dispose(), other.dispose()]);
    await redis.stop();
    await database.dispose();
  });

  const faults: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ['refused', () => node.redis!.mode('refuse'), () => node.redis!.mode('pass')],
    ['black hole', () => node.redis!.mode('black-hole'), () => node.redis!.mode('pass')],
    ['SIGSTOP', async () => redis.freeze(), async () => redis.thaw()],
    // Whoever would end it is paused as well.
    [
      'CLIENT PAUSE',
      () => redis.admin.call('CLIENT', 'PAUSE', faultScale.coldReads * 30, 'ALL'),
      () => redis.admin.ping(),
    ],
  ];

  /** Cold keys, each read once; how long each answer took (ms). */
  async function readAll(keys: readonly string[]): Promise<number[]> {
    const took: number[] = [];
    const left = [...keys];
    const reader = async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) {
        const start = performance.now();
        const answer = await node.read(key);
        took.push(performance.now() - start);
        expect(answer).toMatchObject({ key, text: 'first', isStale: false });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, reader));
    return took;
  }

  const get = (key: string) => node.ask<RedisGet>('/redis-get', { key });

  it.each(faults)(
    '%s: no request hangs or fails, and it is used again (CA-11)',
    async (fault, begin, heal) => {
      const count = faultScale.coldReads;
      const name = fault.replace(' ', '-').toLowerCase();
      const before = await database.fill(`${name}-before`, count);
      const during = await database.fill(`${name}-during`, count);
      const shared = await database.fill(`${name}-shared`, 200);
      await pollUntil(async () => (await get('none')).isHit === false, 'Redis is used');
      for (const key of shared) await other.read(key);
      const baseline = percentile(await readAll(before));

      await begin();
      const { isHit, ms: first } = await get('none');
      expect(isHit).toBeNull();
      const open: number[] = [];
      for (let n = 0; n < 200; n++) open.push((await get('none')).ms);
      const took = await readAll(during);
      measured({ row, fault, what: 'first', value: first, limit: 50 });
      measured({ row, fault, what: 'once open, p50', value: percentile(open, 0.5), limit: 1 });
      measured({ row, fault, what: 'once open, p99', value: percentile(open), limit: 1 });
      measured({ row, fault, what: `p99 of ${count}`, value: percentile(took), limit: baseline + 60 });
      expect(Math.max(...took)).toBeLessThan(2_000);

      await heal();
      const healed = performance.now();
      await pollUntil(async () => (await get('none')).isHit === false, 'Redis is asked again');
      const isUsed = async () => (await node.read(shared.pop()!)).source === 'redis';
      await pollUntil(isUsed, 'what another process loaded is read from it');
      measured({ row, fault, what: 'used again', value: performance.now() - healed, limit: 3_000 });
      expect(node.process.hasEnded).toBe(false);
    },
  );

  it.each([
    ['refused', 'refuse'],
    ['black hole', 'black-hole'],
  ] as const)(
    '%s at boot: the process is ready all the same, and uses it once it is there (CA-2)',
    async (fault, mode) => {
      const name = `boot-${mode}`;
      const keys = await database.fill(name, 50);
      for (const key of keys) await other.read(key);
      await node.kill();
      await node.redis!.mode(mode);
      const start = performance.now();
      await node.restart();
      measured({
        row,
        fault: `${fault} at boot`,
        what: 'ready',
        value: performance.now() - start,
        limit: 3_000,
      });
      const key = `${name}:0`;
      expect(await node.read(key)).toMatchObject({ text: 'first', isStale: false });
      const healed = performance.now();
      await node.redis!.mode('pass');
      await pollUntil(async () => (await get(key)).isHit === true, 'Redis is used');
      const isUsed = async () => (await node.read(keys.pop()!)).source === 'redis';
      await pollUntil(isUsed, 'what another process loaded is read from it');
      measured({
        row,
        fault: `${fault} at boot`,
        what: 'used',
        value: performance.now() - healed,
        limit: 3_000,
      });
    },
  );
});
