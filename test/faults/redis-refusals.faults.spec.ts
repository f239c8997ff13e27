import { setTimeout as pause } from 'node:timers/promises';
import { describeRedis } from '../support/describe-redis.js';
import { measured } from '../support/fault-report.js';
import type { ItemAnswer } from '../support/items-app/items.routes.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';

const row = 'Redis';

interface Refusal {
  readonly fault: string;
  begin(redis: RedisServer): Promise<unknown>;
  heal(redis: RedisServer): Promise<unknown>;
  /** What counts the writes that were skipped; none where Redis serves everything. */
  readonly counted?: string;
}

const config = (redis: RedisServer, ...setting: [string, string]) => redis.admin.config('SET', ...setting);

const refusals: Refusal[] = [
  {
    fault: 'OOM, noeviction',
    begin: async (redis) => {
      await config(redis, 'maxmemory-policy', 'noeviction');
      await config(redis, 'maxmemory', '1');
    },
    heal: (redis) => config(redis, 'maxmemory', '0'),
    counted: 'tier-failed redis set',
  },
  {
    fault: 'READONLY',
    begin: (redis) => redis.admin.replicaof('127.0.0.1', '1'),
    heal: (redis) => redis.admin.replicaof('NO', 'ONE'),
    counted: 'tier-failed redis set',
  },
  {
    fault: 'wrong auth',
    begin: async (redis) => {
      await config(redis, 'requirepass', 'another');
      await redis.admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    heal: (redis) => config(redis, 'requirepass', ''),
    counted: 'tier-failed redis set',
  },
  {
    fault: 'FLUSHALL',
    begin: (redis) => every(40, () => redis.admin.flushall()),
    heal: async () => undefined,
  },
  {
    fault: 'SCRIPT FLUSH',
    begin: (redis) => every(40, () => redis.admin.script('FLUSH')),
    heal: async () => undefined,
  },
  {
    fault: 'eviction',
    begin: async (redis) => {
      const used = Number(/used_memory:(\d+)/.exec(await redis.admin.info('memory'))?.[1]);
      await config(redis, 'maxmemory-policy', 'allkeys-lru');
      await config(redis, 'maxmemory', String(used - 20_000));
    },
    heal: (redis) => config(redis, 'maxmemory', '0'),
  },
];

async function every(ms: number, action: () => Promise<unknown>): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    await action();
    await pause(ms);
  }
}

describeRedis('Redis that refuses or forgets', () => {
  let database: ItemsDatabase;
  let redis: RedisServer;
  let nodes: ItemsNode[];

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    redis = await RedisServer.start();
    const where = { database: database.url, redis: redis.url };
    nodes = await Promise.all([ItemsNode.start(where), ItemsNode.start(where)]);
  });

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.dispose()));
    await redis.stop();
    await database.dispose();
  });

  const count = async (name: string): Promise<number> =>
    (await Promise.all(nodes.map((node) => node.state()))).reduce(
      (sum, { events }) => sum + (events[name] ?? 0),
      0,
    );
  const isAsked = async (node: ItemsNode) =>
    (await node.ask<{ isHit: boolean | null }>('/redis-get', { key: 'none' })).isHit !== null;

  it.each(refusals)(
    '$fault: reads go on with the newest values, what cannot be written is skipped and counted (CA-11)',
    async ({ fault, begin, heal, counted }) => {
      const name = fault.replaceAll(/\W+/g, '-').toLowerCase();
      const cold = await database.fill(name, 300);
      await nodes[0]!.read(cold[0]!);
      const before = counted === undefined ? 0 : await count(counted);
      const answers: ItemAnswer[] = [];
      const edits: (number | undefined)[] = [];
      const faulty = begin(redis);
      for (const key of cold) {
        answers.push(...(await Promise.all(nodes.map((node) => node.read(key)))));
        if (answers.length % 40 === 0) {
          const { version } = await nodes[0]!.edit(cold[0]!, `edited ${answers.length}`);
          const on = async () => (await nodes[1]!.read(cold[0]!)).text === `edited ${answers.length}`;
          edits.push(version);
          await pollUntil(on, 'the other process serves the edit');
        }
      }
      await faulty;
      const failed = answers.filter(({ code }) => code !== undefined);
      measured({ row, fault, what: 'user errors', value: failed.length, limit: 0, unit: '' });
      expect(failed).toEqual([]);
      const wrong = answers.filter(({ key, text }) => key !== cold[0] && text !== 'first');
      expect(wrong).toEqual([]);
      expect(edits).not.toContain(undefined);
      const skipped = counted === undefined ? 1 : (await count(counted)) - before;
      expect(skipped).toBeGreaterThan(0);
      await heal(redis);
      const healed = performance.now();
      for (const node of nodes) await pollUntil(() => isAsked(node), 'Redis is used again');
      measured({ row, fault, what: 'used again', value: performance.now() - healed, limit: 3_000 });
      const [key] = await database.fill(`${name}-after`, 1);
      await nodes[0]!.read(key!);
      const isShared = async () =>
        (await nodes[0]!.ask<{ isHit: boolean | null }>('/redis-get', { key: key! })).isHit === true;
      await pollUntil(isShared, 'what is loaded is written again');
      expect(nodes.map(({ process }) => process.hasEnded)).toEqual([false, false]);
    },
  );
});
