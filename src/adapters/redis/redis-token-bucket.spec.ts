import { describeRedis } from '../../../test/support/describe-redis.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { RedisTokenBucket } from './redis-token-bucket.js';

const rate = { perSecond: 10, burst: 20 };

describeRedis('buckets in Redis (OP-2)', () => {
  let server: RedisServer;
  let rigs: RedisRig[];
  beforeAll(async () => (server = await RedisServer.start()));
  beforeEach(async () => {
    await server.admin.flushall();
    rigs = await Promise.all([1, 2, 3].map(() => RedisRig.patient(server.url)));
  });
  afterEach(() => Promise.all(rigs.map((rig) => rig.close())));
  afterAll(() => server.stop());

  const bucketsOf = (of = rate) =>
    rigs.map(({ link, keys }) => new RedisTokenBucket({ link, keys, rate: of }));

  it('give three processes 20 at once in all, and from then on no more than 10 a second', async () => {
    const buckets = bucketsOf();
    const startedAt = performance.now();
    const taken = await Promise.all(
      Array.from({ length: 90 }, (_, at) => buckets[at % 3]!.take('identity:a')),
    );
    const given = taken.filter(({ isTaken }) => isTaken).length;
    expect(given).toBeGreaterThanOrEqual(20);
    expect(given).toBeLessThanOrEqual(20 + Math.ceil((performance.now() - startedAt) / 100));
    const refused = taken.filter(({ isTaken }) => !isTaken);
    for (const { remaining, retryAfterMs, fullInMs } of refused) {
      expect(remaining).toBe(0);
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(100);
      expect(fullInMs).toBeLessThanOrEqual(2_000);
    }
  });

  it('tell what is left, and are forgotten when they are full', async () => {
    const [bucket] = bucketsOf({ perSecond: 1, burst: 20 });
    expect(await bucket!.take('a')).toMatchObject({
      isTaken: true,
      remaining: 19,
      retryAfterMs: 0,
      fullInMs: 1_000,
    });
    expect(await bucket!.take('a')).toMatchObject({ isTaken: true, remaining: 18 });
    const [key] = await server.admin.keys('*');
    expect(key).toBe('lg:rate:{a}');
    const keptMs = await server.admin.pttl(key!);
    expect(keptMs).toBeGreaterThan(1_000);
    expect(keptMs).toBeLessThanOrEqual(2_000);
  });

  it('give exact shares at a rate that is no whole number of microseconds', async () => {
    const [bucket] = bucketsOf({ perSecond: 3, burst: 7 });
    const taken = await Promise.all(Array.from({ length: 8 }, () => bucket!.take('a')));
    expect(taken.map(({ isTaken }) => isTaken)).toEqual([...Array<boolean>(7).fill(true), false]);
    expect(taken[7]!.retryAfterMs).toBeGreaterThan(250);
  });

  it.each(['not a number', '1e300', '-5', '99999999999999999'])(
    'lock nobody out for what somebody else put there: %s',
    async (planted) => {
      await server.admin.set('lg:rate:{a}', planted);
      const [bucket] = bucketsOf({ perSecond: 1_000, burst: 1 });
      const { isTaken, retryAfterMs } = await bucket!.take('a');
      expect(isTaken || retryAfterMs <= 1).toBe(true);
    },
  );

  it('fail, and say so, where nobody can tell', async () => {
    const [bucket] = bucketsOf();
    await server.admin.lpush('lg:rate:{a}', 'x');
    await expect(bucket!.take('a')).rejects.toMatchObject({ code: 'tier-unavailable' });
    expect(bucket!.isUp).toBe(true);
    expect(rigs[0]!.failures).toMatchObject([{ operation: 'rate' }]);
  });
});
