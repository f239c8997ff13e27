import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const base = '/api/v1/config';
const judges = (job: string) => `${base}/judges?language=ru&jobId=${job}`;
const pin = (app: TestApp, job: string) => app.ask(`${base}/jobs/${job}`, { method: 'PUT', body: {} });
const read = async (app: TestApp, job: string) => {
  const { status, body } = await app.ask(judges(job));
  return { status, weight: body['primary']?.['weight'], meta: body['meta'] };
};
const namespaces = ['job-pins', 'pinned-snapshots'];
const everything = { all: true, reason: 'a test' };
const operate = (app: TestApp, operation: string, body: object = {}) =>
  app.ask(`/admin/cache/${operation}`, { method: 'POST', as: 'admin', body });

describeRedis('what a job was pinned to, while the database is away (MC-22)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;
  const dataDir = tempFolder('pins');

  beforeEach(async () => {
    redis = await RedisServer.start();
    here = await TestApp.start({ env: { REDIS_URL: redis.url } });
    there = await TestApp.start({ beside: here, env: { REDIS_URL: redis.url } });
  });

  afterEach(async () => {
    await heal();
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  const blackHole = () => Promise.all([here.proxy.mode('black-hole'), there.proxy.mode('black-hole')]);
  const heal = () => Promise.all([here.proxy.mode('pass'), there.proxy.mode('pass')]);
  const publish = async (weight: number) => {
    const { settings } = await here.row('/admin/judges/ru');
    await here.edit('/admin/judges/ru', { primary: { ...settings['primary'], weight } });
    const current = () =>
      there.ask(`${base}/judges?language=ru`).then(({ body }) => body['primary']!['weight']);
    await pollUntil(async () => Number(await current()) === weight, 'the other one serves it');
  };
  const inRedis = async (namespace: string) =>
    (await redis.admin.keys('*')).some((key) => key.includes(namespace));

  it('is served from memory by whoever read it once, over a publish that came between', async () => {
    await publish(0.5);
    await pin(here, 'job');
    expect(await read(there, 'job')).toMatchObject({ status: 200, weight: 0.5 });
    await publish(0.9);
    await redis.kill();
    await blackHole();
    for (const app of [here, there]) {
      expect(await read(app, 'job')).toMatchObject({
        status: 200,
        weight: 0.5,
        meta: { source: 'memory', reason: 'fresh', isStale: false },
      });
    }
  });

  it('is found in Redis by a replica that never read it', async () => {
    await pin(here, 'job');
    const before = await read(here, 'job');
    for (const namespace of namespaces)
      await pollUntil(() => inRedis(namespace), `${namespace} are in Redis`);
    await blackHole();
    expect(await read(there, 'job')).toMatchObject({
      status: 200,
      weight: before.weight,
      meta: { source: 'redis', isStale: false },
    });
  });

  it('is found on disk by a process that starts while everything is away', async () => {
    await there.dispose();
    there = await TestApp.start({ beside: here, env: { DATA_DIR: dataDir } });
    await pin(here, 'job');
    const before = await read(there, 'job');
    // What is closed has written what it was to write.
    await there.dispose();
    there = await TestApp.start({
      beside: here,
      env: { DATA_DIR: dataDir, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' },
    });
    expect(await read(there, 'job')).toMatchObject({
      status: 200,
      weight: before.weight,
      meta: { source: 'disk', isStale: false, snapshotId: before.meta!['snapshotId'] },
    });
  });

  it('outlives a word that expires everything, and a history that was lost', async () => {
    await pin(here, 'job');
    const { weight, meta } = await read(there, 'job');
    expect((await operate(here, 'clear')).status).toBe(200);
    await here.sql('UPDATE lastgood.change_counter SET epoch = gen_random_uuid()');
    await here.ask(judges('job'));
    await publish(0.9);
    await blackHole();
    for (const app of [here, there]) {
      expect(await read(app, 'job')).toMatchObject({
        status: 200,
        weight,
        meta: { isStale: false, snapshotId: meta!['snapshotId'] },
      });
    }
  });

  it('is loaded anew from the database after a purge, with the same values', async () => {
    await pin(here, 'job');
    const { weight, meta } = await read(there, 'job');
    await publish(0.9);
    for (const namespace of namespaces)
      expect((await operate(here, `${namespace}/purge`, everything)).status).toBe(200);
    for (const app of [here, there]) {
      expect(await read(app, 'job')).toMatchObject({
        status: 200,
        weight,
        meta: { isStale: false, snapshotId: meta!['snapshotId'] },
      });
    }
  });

  it('is not made up: a job that nobody here knows is unavailable, and never the current configuration', async () => {
    await blackHole();
    const { status, body } = await here.ask(judges('unknown'));
    expect([status, body['code']]).toEqual([503, 'config-unavailable']);
    expect(body['detail']).toBe(
      'Cannot get judge models for language "ru" of job "unknown": database unavailable and no cached data',
    );
  });

  it('cannot be pinned or released: a pin that nobody else could read is no pin', async () => {
    await pin(here, 'job');
    await blackHole();
    const answers = await Promise.all([
      pin(here, 'late'),
      pin(here, 'job'),
      here.ask(`${base}/jobs/job`, { method: 'DELETE' }),
    ]);
    for (const { status, body } of answers)
      expect([status, body['code']]).toEqual([503, 'database-unavailable']);
    expect((await read(here, 'late')).status).toBe(503);
    await heal();
    await pollUntil(async () => (await pin(there, 'late')).status === 201, 'it can be pinned');
    expect((await read(here, 'job')).status).toBe(200);
  });

  it('leaves nobody degraded once the database is back', async () => {
    await blackHole();
    expect((await read(here, 'unknown')).status).toBe(503);
    await heal();
    const health = () => here.ask<{ mode: string }>('/health/ready', { as: null });
    await pollUntil(async () => (await health()).body.mode === 'ok', 'it is as before');
  });
});
