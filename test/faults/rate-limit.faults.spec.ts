import { setTimeout as pause } from 'node:timers/promises';
import { describeRedis } from '../support/describe-redis.js';
import { measured, percentile } from '../support/fault-report.js';
import type { FleetNode } from '../support/fleet-node.js';
import { Fleet } from '../support/fleet.js';
import { RedisServer } from '../support/redis-server.js';

const row = 'Rate limit';
const real = { ADMIN_RATE_PER_SECOND: '10', ADMIN_RATE_BURST: '20' };
const seconds = 10;
/** Longer than an empty bucket takes to fill. */
const restMs = 3_000;

interface Call {
  readonly at: number;
  readonly ms: number;
  readonly status: number;
}

async function call(node: FleetNode): Promise<Call> {
  const at = performance.now();
  const { status } = await node.ask('/admin/phases', { as: 'viewer' });
  return { at, status, ms: performance.now() - at };
}

const passed = (calls: readonly Call[]) => calls.filter(({ status }) => status === 200).length;

/** All at once, in turn at each process. */
const burst = (nodes: readonly FleetNode[], count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => call(nodes[at % nodes.length]!)));

/** 50 calls a second, in turn at each process; what passed in each second. */
async function steady(nodes: readonly FleetNode[]): Promise<{ perSecond: number[]; calls: Call[] }> {
  const startedAt = performance.now();
  const calling: Promise<Call>[] = [];
  for (let at = 0; at < seconds * 50; at++) {
    await pause(Math.max(0, startedAt + at * 20 - performance.now()));
    calling.push(call(nodes[at % nodes.length]!));
  }
  const calls = await Promise.all(calling);
  const perSecond = Array.from({ length: seconds }, (_, second) =>
    passed(calls.filter(({ at }) => Math.floor((at - startedAt) / 1_000) === second)),
  );
  return { perSecond, calls };
}

/** The bar: 20 at once, then 10 ± 1 a second, over 10 s; `times` where processes count for themselves. */
async function expectTheBar(fault: string, nodes: readonly FleetNode[], times = 1): Promise<Call[]> {
  // The first calls of a process are its slowest.
  await burst(nodes, 10 * nodes.length);
  await pause(restMs);
  const startedAt = performance.now();
  const first = await burst(nodes, 60);
  const cameIn = Math.ceil((performance.now() - startedAt) / 100) * times;
  const { perSecond, calls } = await steady(nodes);
  const sum = perSecond.reduce((total, each) => total + each);
  process.stderr.write(`rate limit, ${fault}: ${passed(first)} at once, then ${perSecond.join(' ')}\n`);
  measured({ row, fault, what: 'at once', value: passed(first), limit: 20 * times + cameIn, unit: '' });
  measured({ row, fault, what: 'a second, over 10 s', value: sum / seconds, limit: 11 * times, unit: '' });
  measured({ row, fault, what: 'call, p99', value: percentile(calls.map(({ ms }) => ms)), limit: 100 });
  expect(passed(first)).toBeGreaterThanOrEqual(20 * times);
  expect(passed(first)).toBeLessThanOrEqual(20 * times + cameIn);
  expect(sum / seconds).toBeGreaterThanOrEqual(9 * times);
  expect(sum / seconds).toBeLessThanOrEqual(11 * times);
  return [...first, ...calls];
}

describe('the rate of admin calls, by the clock', () => {
  it('of one process without Redis is 20 at once, then 10 a second (OP-2)', async () => {
    const fleet = await Fleet.start({ env: () => real });
    try {
      await expectTheBar('one process, no Redis', fleet.nodes);
    } finally {
      await fleet.dispose();
    }
  });

  describeRedis('with Redis', () => {
    let redis: RedisServer;
    let fleet: Fleet;
    beforeAll(async () => {
      redis = await RedisServer.start();
      fleet = await Fleet.start({ size: 3, env: () => ({ ...real, REDIS_URL: redis.url }) });
    });
    afterAll(async () => {
      redis.thaw();
      await fleet.dispose();
      await redis.stop();
    });
    beforeEach(() => pause(restMs));

    it('of one process is 20 at once, then 10 a second (OP-2)', async () => {
      await expectTheBar('one process', [fleet.node]);
    });

    it('of three processes together is 20 at once, then 10 a second (OP-2)', async () => {
      await expectTheBar('three processes', fleet.nodes);
    });

    it("is each process's own while Redis hangs, and no call waits for it longer than once (OP-2)", async () => {
      redis.freeze();
      const first = await Promise.all(fleet.nodes.map((node) => call(node)));
      const slowest = Math.max(...first.map(({ ms }) => ms));
      measured({ row, fault: 'Redis hangs', what: 'the call that notices', value: slowest, limit: 100 });
      const calls = await expectTheBar('Redis hangs, three processes', fleet.nodes, 3);
      expect(calls.every(({ status }) => status === 200 || status === 429)).toBe(true);
    });
  });
});
