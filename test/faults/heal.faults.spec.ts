import { setTimeout as pause } from 'node:timers/promises';
import { describeRedis } from '../support/describe-redis.js';
import { measured } from '../support/fault-report.js';
import type { ItemAnswer } from '../support/items-app/items.routes.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';

const row = 'Heal';
const maxAgeMs = 2_000;
const windowMs = 1_000;
const size = 3;
/** Each key is read several times within its maxAge in each process. */
const keysOfRead = 10;

/** Every key is stale in every process when the origin and Redis come back at once: no herd. */
describeRedis('everything returns', () => {
  let database: ItemsDatabase;
  let redis: RedisServer;
  let nodes: ItemsNode[];
  let keys: string[];
  let load: NodeJS.Timeout;
  const answers: { node: ItemsNode; sentAt: number; answer: ItemAnswer }[] = [];
  const underway = new Set<Promise<unknown>>();

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    redis = await RedisServer.start();
    keys = await database.fill('stale', 100);
    const env = { ITEMS_MAX_AGE_MS: String(maxAgeMs) };
    const where = { database: database.url, redis: redis.url, env };
    nodes = await Promise.all(Array.from({ length: size }, () => ItemsNode.start(where)));
    for (const node of nodes) for (const key of keys) await node.read(key, 'quotes');
    let turn = 0;
    load = setInterval(() => {
      const node = nodes[turn % size]!;
      const from = (Math.floor(turn++ / size) * keysOfRead) % keys.length;
      const sentAt = Date.now();
      const reading = node
        .readMany(keys.slice(from, from + keysOfRead), 'quotes')
        .then((read) => answers.push(...read.map((answer) => ({ node, sentAt, answer }))))
        .finally(() => underway.delete(reading));
      underway.add(reading);
    }, 10);
  });

  afterAll(async () => {
    clearInterval(load);
    await Promise.all(underway);
    await Promise.all(nodes.map((node) => node.dispose()));
    await redis.stop();
    await database.dispose();
  });

  const loadsSince = async (from: number): Promise<number[]> => {
    const states = await Promise.all(nodes.map((node) => node.state()));
    return states.flatMap(({ loads }) => loads.filter((at) => at >= from)).toSorted((a, b) => a - b);
  };
  /** The most loads that were answered within a second. */
  const peakOf = (loads: readonly number[]): number =>
    Math.max(...loads.map((at) => loads.filter((each) => each >= at && each < at + windowMs).length));

  const freshSince = (from: number): Set<string> => {
    const fresh = answers.filter(({ sentAt, answer }) => sentAt >= from && answer.isStale === false);
    return new Set(fresh.map(({ node, answer }) => `${nodes.indexOf(node)} ${answer.key}`));
  };

  it.each([
    ['Postgres and Redis refuse', 'refuse'],
    ['Postgres and Redis are black holes', 'black-hole'],
  ] as const)(
    '%s, then return: the origin is asked no more than twice as often as always (CA-11)',
    async (fault, mode) => {
      await pause(2_000);
      const normalFrom = Date.now();
      await pause(4_000);
      const normal = peakOf(await loadsSince(normalFrom));
      const set = (to: typeof mode | 'pass') =>
        Promise.all(nodes.flatMap((node) => [node.database.mode(to), node.redis!.mode(to)]));

      const began = Date.now();
      await set(mode);
      const isAllStale = () => answers.slice(-3 * keys.length).every(({ answer }) => answer.isStale === true);
      await pollUntil(isAllStale, 'every key is stale in every process', undefined, 60_000);
      await pause(2_000);
      const healed = Date.now();
      await set('pass');
      const isAllFresh = () => freshSince(healed).size === size * keys.length;
      await pollUntil(isAllFresh, 'every key is fresh again in every process', undefined, 60_000);
      const settled = Date.now();
      // What is put off must not come as a herd later.
      await pause(5_000);
      const after = await loadsSince(healed);
      const peak = peakOf(after);
      measured({ row, fault, what: 'loads per s at the most', value: peak, limit: 2 * normal, unit: '' });
      measured({ row, fault, what: 'all fresh again', value: settled - healed, limit: 5_000 });
      const during = answers.filter(({ sentAt }) => sentAt >= began);
      expect(during.filter(({ answer }) => answer.text !== 'first')).toEqual([]);
      // Each process alone loads each key twice at the most, were they not jittered, capped and shared.
      expect(peak).toBeLessThan(2 * size * keys.length);
    },
  );
});
