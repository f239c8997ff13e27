import { TcpFaultProxy } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import type { Answer } from './support/http-client.js';
import { NarrativesFleet, type NarrativeBody } from './support/narratives-fleet.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import type { TestApp } from './support/test-app.js';

const requests = 1_000;
const profiles = 50;
const atOnce = 20;
const begins = 333;
const ends = 667;

interface Fault {
  readonly name: string;
  begin(): Promise<unknown>;
  heal(): Promise<unknown>;
}

describeRedis('narratives while Redis is broken', () => {
  let redis: RedisServer;
  let proxy: TcpFaultProxy;
  let fleet: NarrativesFleet;
  const all: Answer<NarrativeBody>[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    proxy = await TcpFaultProxy.start({ targetPort: redis.port });
    fleet = await NarrativesFleet.start(2, { REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
  });
  beforeEach(async () => {
    for (const app of fleet.apps) await pollUntil(async () => (await breaker(app)) === '0', 'Redis is used');
  });
  afterEach(async () => {
    redis.thaw();
    await proxy.mode('pass');
    await redis.admin.config('SET', 'maxmemory', '0');
  });
  afterAll(async () => {
    await fleet.dispose();
    await proxy.close();
    await redis.stop();
  });

  const breaker = async (app: TestApp): Promise<string | undefined> => {
    const { text } = await app.ask('/metrics', { as: 'viewer' });
    return /^cache_breaker_state\{tier="redis"\} (\d)/m.exec(text)?.[1];
  };

  const full = async () => {
    await redis.admin.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.admin.config('SET', 'maxmemory', '1');
  };
  const nothing = () => Promise.resolve();
  const faults: Fault[] = [
    { name: 'refused', begin: () => proxy.mode('refuse'), heal: () => proxy.mode('pass') },
    { name: 'reset', begin: () => proxy.mode('reset'), heal: () => proxy.mode('pass') },
    { name: 'black-hole', begin: () => proxy.mode('black-hole'), heal: () => proxy.mode('pass') },
    { name: 'stopped', begin: async () => redis.freeze(), heal: async () => redis.thaw() },
    { name: 'full', begin: full, heal: () => redis.admin.config('SET', 'maxmemory', '0') },
    { name: 'flushed', begin: () => redis.admin.flushall(), heal: nothing },
  ];

  /** So many at once, the replicas in turn; the fault comes after a third of them, and goes after another. */
  async function load(fault: Fault): Promise<void> {
    let asked = 0;
    const reader = async () => {
      while (asked < requests) {
        const n = asked++;
        if (n === begins) await fault.begin();
        if (n === ends) await fault.heal();
        // Half of the profiles are new to everybody when the fault begins.
        const known = n < begins ? profiles / 2 : profiles;
        all.push(await fleet.ask(fleet.apps[n % 2]!, `${fault.name}-${(n >> 1) % known}`));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, reader));
  }

  it.each(faults)(
    '$name in the middle of a thousand requests: none fails, and no process makes one twice (NA-7)',
    async (fault) => {
      const before = all.length;
      await load(fault);
      const answers = all.slice(before);
      expect(answers).toHaveLength(requests);
      expect(answers.filter(({ status, body }) => status !== 200 || body.fallback)).toEqual([]);
      const made = Array.from({ length: profiles }, (_, n) => fleet.callsOf(`${fault.name}-${n}`).length);
      expect(made.filter((count) => count < 1 || count > fleet.apps.length)).toEqual([]);
    },
  );

  it('its breaker is its own: once it is left alone, narratives are made as before (NA-7)', async () => {
    await proxy.mode('refuse');
    const [first] = fleet.apps;
    await fleet.ask(first!, 'notice');
    await pollUntil(async () => (await breaker(first!)) === '1', 'Redis is left alone');
    const answers = await Promise.all(Array.from({ length: 40 }, () => fleet.ask(first!, 'left-alone')));
    expect(answers.filter(({ status, body }) => status !== 200 || body.fallback)).toEqual([]);
    expect(fleet.callsOf('left-alone')).toHaveLength(1);
    all.push(...answers);
  });

  it('of all that was asked in these faults, 99.9 % at least was answered with a narrative (NA-12)', () => {
    const answered = all.filter(({ status, body }) => status === 200 && !body.fallback).length;
    expect(all.length).toBeGreaterThanOrEqual(faults.length * requests);
    expect(answered / all.length).toBeGreaterThanOrEqual(0.999);
  });
});
