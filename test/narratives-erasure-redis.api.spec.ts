import { describeRedis } from './support/describe-redis.js';
import { erase, person } from './support/narrative-erasures.js';
import { keepNarratives, recorded } from './support/narrative-requests.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

describeRedis('erasing a person while Redis is there, and while it is not (NA-8)', () => {
  let redis: RedisServer;
  let lastgood: TestApp;
  beforeAll(async () => {
    redis = await RedisServer.start();
    lastgood = await TestApp.start({ env: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await lastgood.dispose();
    await redis.stop();
  });

  const inRedis = async (name: string) => (await redis.admin.keys(`*${name}*`)).length > 0;

  it('deletes from Redis what is purged, and leaves what others asked for', async () => {
    await pollUntil(async () => {
      await keepNarratives(lastgood, 'mine', 'ours');
      return (await inRedis('mine')) && inRedis('ours');
    }, 'Redis has both');
    await recorded(lastgood, { key: 'mine', userId: person }, { key: 'ours', userId: person });
    await recorded(lastgood, { key: 'ours', userId: 'bob' });
    expect((await erase(lastgood)).body).toMatchObject({ purged: 1, kept: 1 });
    await pollUntil(async () => !(await inRedis('mine')), 'it is deleted');
    expect(await inRedis('ours')).toBe(true);
  });

  it('deletes it as soon as Redis answers again, whoever was told meanwhile', async () => {
    await pollUntil(async () => {
      await keepNarratives(lastgood, 'frozen');
      return inRedis('frozen');
    }, 'Redis has it');
    await recorded(lastgood, { key: 'frozen', userId: person });
    redis.freeze();
    const { status, body } = await erase(lastgood);
    expect([status, body.purged]).toEqual([200, 1]);
    const waits = () =>
      lastgood.sql(
        `SELECT 1 FROM lastgood_jobs.job WHERE name = 'narrative-erasures' AND state = 'retry'
           AND data::text LIKE '%frozen%'`,
      );
    await pollUntil(async () => (await waits()).length > 0, 'its deletion was tried and waits');
    redis.thaw();
    await pollUntil(async () => !(await inRedis('frozen')), 'it is deleted');
  });

  it('looks once more a minute later, for what was on its way', async () => {
    const [due] = await lastgood.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM start_after - created_on)::float8 AS seconds FROM lastgood_jobs.job
       WHERE name = 'narrative-erasures' AND data::text LIKE '%mine%' ORDER BY start_after DESC LIMIT 1`,
    );
    expect(due!.seconds).toBeCloseTo(60, 0);
  });
});
