import { describeRedis } from './support/describe-redis.js';
import { itemsIn, type Items } from './support/item-namespace.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const of = (labels: string) => `{cache_type="items"${labels === '' ? '' : `,${labels}`}}`;

describeRedis('what the caches count (CA-9)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;
  let items: Items;
  let others: Items;

  beforeAll(async () => {
    redis = await RedisServer.start();
    here = await TestApp.start({ env: { REDIS_URL: redis.url }, prepare: patient });
    there = await TestApp.start({ beside: here, env: { REDIS_URL: redis.url }, prepare: patient });
    items = itemsIn(here, { onDisk: false });
    others = itemsIn(there, { onDisk: false });
    await pollUntil(async () => (await valueOf('cache_breaker_state{tier="redis"}')) === 0, 'Redis is there');
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  const valueOf = async (series: string): Promise<number> => {
    const { text } = await here.ask('/metrics', { as: 'viewer' });
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? 0 : Number(line.slice(series.length + 1));
  };
  const growth = async (series: string, work: () => Promise<unknown>): Promise<number> => {
    const before = await valueOf(series);
    await work();
    return (await valueOf(series)) - before;
  };

  /** A write that Redis took too late, on a busy machine, is not repeated: then another key. */
  const sharedKey = async (): Promise<string> => {
    for (let round = 1; ; round++) {
      const key = `shared-${round}`;
      await others.reader.get(key);
      const isThere = async () => (await redis.admin.keys(`*${key}*`)).length === 1;
      const inTime = await pollUntil(isThere, 'it is in Redis', undefined, 1_000).then(
        () => true,
        () => false,
      );
      if (inTime || round === 10) return key;
    }
  };

  it('a value that another process loaded is a hit in Redis and no miss, and from then on one in memory', async () => {
    const key = await sharedKey();
    const inRedis = `cache_hit_total${of('tier="redis",status="hit"')}`;
    const inMemory = `cache_hit_total${of('tier="memory",status="fresh"')}`;
    const missed = `cache_miss_total${of('')}`;
    const read = () => items.reader.get(key);
    const before = [await valueOf(inMemory), await valueOf(missed)];
    expect(await growth(inRedis, read)).toBe(1);
    expect([await valueOf(inMemory), await valueOf(missed)]).toEqual(before);
    expect(await growth(inMemory, read)).toBe(1);
    expect(await valueOf('cache_read_seconds_count{tier="redis"}')).toBeGreaterThan(0);
    expect(items.origin.loads).toBe(0);
  });

  it('a load is a miss, takes the lock, and is stored', async () => {
    const locked = `cache_lock_total${of('result="acquired"')}`;
    const stored = `cache_value_size_bytes_count${of('')}`;
    const before = await valueOf(stored);
    expect(await growth(`cache_miss_total${of('')}`, () => items.reader.get('loaded'))).toBe(1);
    expect(await valueOf(locked)).toBeGreaterThan(0);
    await pollUntil(async () => (await valueOf(stored)) === before + 1, 'it is stored');
    await pollUntil(async () => (await valueOf('cache_locks_in_flight')) === 0, 'the lock is released');
  });

  it('a refresh behind a stale answer is counted by how it ended', async () => {
    await items.reader.get('old');
    items.reader.cache.invalidate('old');
    const ended = `cache_refresh_total${of('result="success"')}`;
    const before = await valueOf(ended);
    expect(await items.reader.get('old')).toMatchObject({ isStale: true });
    await pollUntil(async () => (await valueOf(ended)) === before + 1, 'the refresh has ended');
  });

  it('what cannot be read is counted, deleted and loaded anew', async () => {
    const corrupt = 'cache_corrupt_total{tier="redis"}';
    let round = 0;
    // A look that Redis answers too late, on a busy machine, finds nothing corrupt: then another key.
    const isCounted = async () => {
      const key = `garbled-${++round}`;
      await others.reader.get(key);
      await pollUntil(async () => (await redis.admin.keys(`*${key}*`)).length === 1, 'it is in Redis');
      const [name] = await redis.admin.keys(`*${key}*`);
      await redis.admin.set(name!, 'garbage');
      const counted = await growth(corrupt, () => items.reader.get(key));
      expect(await items.reader.get(key)).toMatchObject({ data: 'first' });
      return counted > 0;
    };
    await pollUntil(isCounted, 'what cannot be read is counted');
  });

  it('requests are counted by the template of their route', async () => {
    const series = 'http_requests_total{route="/api/v1/config/phases/:phase",status_class="2xx"}';
    expect(await growth(series, () => here.ask('/api/v1/config/phases/stage_4'))).toBe(1);
    const timed = 'http_request_seconds_count{route="/api/v1/config/phases/:phase"}';
    expect(await growth(timed, () => here.ask('/api/v1/config/phases/stage_4'))).toBe(1);
  });

  it('a Redis that goes is told: degraded, still ready, and nobody waits for it; and so is its return', async () => {
    await redis.kill();
    await pollUntil(async () => (await valueOf('cache_breaker_state{tier="redis"}')) === 1, 'it is known');
    expect(await valueOf('degraded{reason="redis-unreachable"}')).toBe(1);
    const ready = await here.ask('/health/ready', { as: null });
    expect(ready).toMatchObject({ status: 200, body: { mode: 'degraded' } });
    expect(await items.reader.get('without Redis')).toMatchObject({ data: 'first', isStale: false });
    await redis.restart();
    await pollUntil(async () => (await valueOf('cache_breaker_state{tier="redis"}')) === 0, 'it is back');
    const isTold = async () => (await valueOf('degraded{reason="redis-unreachable"}')) === 0;
    await pollUntil(isTold, 'it is told that it is back');
  });
});
