import { CatalogUpstream } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const lists = ['/books', '/publishers'];
const begins = 'the catalogue is loaded ahead of its readers';
const waits = 'the content service gives no list: the catalogue is loaded ahead when it does';
const isOver = 'the catalogue was loaded ahead';

describe('a start beside the content service (CT-8)', () => {
  let upstream: CatalogUpstream;
  let first: TestApp;
  let env: Record<string, string>;
  const started: TestApp[] = [];

  beforeAll(async () => {
    upstream = await CatalogUpstream.start();
    upstream.putPublisher({ id: '1', name: 'North' });
    for (let id = 0; id < 8; id++) upstream.putBook({ id, publisher_id: '1', title: `Book ${id}` });
    env = { CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey };
    // The database and the keys are its own; it has no catalogue.
    first = await TestApp.start();
  });
  afterEach(async () => {
    upstream.heal();
    for (const app of started.splice(0)) await app.dispose();
    await first.sql('DELETE FROM lastgood.catalog_reads');
  });
  afterAll(async () => {
    await first.dispose();
    await upstream.close();
  });

  const start = async (more: Record<string, string> = {}) => {
    const app = await TestApp.start({ beside: first, env: { ...env, ...more } });
    started.push(app);
    return app;
  };
  const lineOf = ({ logs }: TestApp, msg: string) => logs.find((line) => line['msg'] === msg);
  const end = async (app: TestApp) => {
    await pollUntil(() => lineOf(app, isOver) !== undefined, 'the warm-up is over');
    return lineOf(app, isOver)!;
  };
  const readOften = (reads: Readonly<Record<string, number>>) =>
    first.sql(
      `INSERT INTO lastgood.catalog_reads
       SELECT (now() AT TIME ZONE 'UTC')::date, r.key, r.reads FROM unnest($1::text[], $2::bigint[]) AS r(key, reads)`,
      [Object.keys(reads), Object.values(reads)],
    );

  it('loads the lists, then what was read most, and reads of these ask nobody', async () => {
    await readOften({
      'dcs:books:id:3': 9,
      'dcs:books:id:5': 10,
      'dcs:books:publisher:1': 8,
      'dcs:books:id:none': 7,
      'dcs:publishers:list': 99,
    });
    const from = upstream.requests.length;
    const app = await start();
    expect(await end(app)).toMatchObject({ done: 6, total: 6, loaded: 5, held: 0, missing: 1, failed: 0 });
    const asked = upstream.requests.slice(from).map(({ path }) => path);
    expect(asked.slice(0, 2).toSorted()).toEqual(lists);
    expect(asked.slice(2).toSorted()).toEqual([
      '/books/3',
      '/books/5',
      '/books/none',
      '/books?publisher_id=1',
    ]);
    for (const path of ['publishers', 'books', 'books/3', 'books?publisher_id=1'])
      expect((await app.ask(`/api/v1/catalog/${path}`)).status).toBe(200);
    expect(upstream.requests).toHaveLength(from + 6);
  });

  it.each(['hang', 'reset', 'html'] as const)(
    'is ready beside a content service that answers with "%s", says that nothing is loaded, and asks for the lists alone',
    async (mode) => {
      await readOften({ 'dcs:books:id:3': 1 });
      const from = upstream.requests.length;
      upstream.behave(mode);
      const app = await start();
      expect((await app.ask('/health/ready', { as: null })).status).toBe(200);
      await pollUntil(() => lineOf(app, waits) !== undefined, 'neither list was had');
      expect(lineOf(app, begins)).toMatchObject({ total: 3 });
      expect((await app.ask('/health/ready', { as: null })).status).toBe(200);
      const asked = upstream.requests.slice(from).map(({ path }) => path);
      expect([...new Set(asked)].toSorted()).toEqual(lists);
      await app.dispose();
      started.splice(0);
      expect(lineOf(app, 'the catalogue was not loaded further')).toMatchObject({ done: 0, total: 3 });
    },
  );

  it('loads nothing where there is no content service', async () => {
    const from = upstream.requests.length;
    const app = await start({ CATALOG_BASE_URL: '' });
    expect(lineOf(app, begins)).toBeUndefined();
    expect(upstream.requests).toHaveLength(from);
  });

  it('keeps what it was asked for, for the next start', async () => {
    const app = await start();
    await end(app);
    for (let times = 0; times < 3; times++) await app.ask('/api/v1/catalog/books/4');
    await app.ask('/api/v1/catalog/publishers/1');
    await app.dispose();
    started.splice(0);
    const kept = await first.sql(
      'SELECT key, reads::integer FROM lastgood.catalog_reads ORDER BY reads DESC',
    );
    expect(kept).toEqual([
      { key: 'dcs:books:id:4', reads: 3 },
      { key: 'dcs:publishers:id:1', reads: 1 },
    ]);
    const from = upstream.requests.length;
    await end(await start());
    const asked = upstream.requests.slice(from).map(({ path }) => path);
    expect(asked.toSorted()).toEqual([...lists, '/books/4', '/publishers/1'].toSorted());
  });

  it('registers its webhook', async () => {
    const url = 'https://here.example/webhooks/catalog';
    const app = await start({
      CATALOG_WEBHOOK_REGISTER_URL: `${upstream.url}/webhooks`,
      CATALOG_WEBHOOK_URL: url,
    });
    await pollUntil(
      () => lineOf(app, 'the webhook of the catalogue is registered') !== undefined,
      'it is registered',
    );
    expect(upstream.registrations).toEqual([{ url, events: expect.arrayContaining(['book.updated']) }]);
  });

  describeRedis('with Redis', () => {
    let redis: RedisServer;
    beforeAll(async () => void (redis = await RedisServer.start()));
    afterAll(() => redis.stop());

    it('takes from Redis what another process loaded', async () => {
      await readOften({ 'dcs:books:id:3': 1 });
      await end(await start({ REDIS_URL: redis.url }));
      const held = async () => (await redis.admin.keys('lastgood:val:{catalog:*')).length;
      await pollUntil(async () => (await held()) === 3, 'Redis holds all three');
      const from = upstream.requests.length;
      expect(await end(await start({ REDIS_URL: redis.url }))).toMatchObject({ loaded: 0, held: 3 });
      expect(upstream.requests).toHaveLength(from);
    });
  });
});
