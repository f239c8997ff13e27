import { describeRedis } from './support/describe-redis.js';
import { itemsIn, type Items } from './support/item-namespace.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const asAdmin = (body: object = {}) => ({ method: 'POST', as: 'admin' as const, body });
const keys = ['book:1', 'book:1:cover', 'book:10', 'book:100:cover', 'shelf'];

describeRedis('what an operator does to the caches of two processes (CA-5, CA-10)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;
  let items: [Items, Items];

  beforeAll(async () => {
    redis = await RedisServer.start();
    here = await TestApp.start({ env: { REDIS_URL: redis.url }, prepare: patient });
    there = await TestApp.start({ beside: here, env: { REDIS_URL: redis.url }, prepare: patient });
    items = [itemsIn(here), itemsIn(there)];
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  beforeEach(async () => {
    for (const { reader, origin } of items) {
      origin.answer({ value: 'first', scopes: ['shelf'] });
      for (const key of keys) await reader.refresh(key);
    }
  });

  const staleIn = ({ reader }: Items) =>
    keys.filter((key) => reader.describe(key) === null || reader.describe(key)!.isStale);
  const bothStale = async (expected: readonly string[]) => {
    await pollUntil(
      () => items.every((each) => staleIn(each).join() === expected.join()),
      `${expected.join()} is stale in both`,
      () => JSON.stringify(items.map(staleIn)),
    );
  };

  it.each([
    ['a key', { key: 'book:1' }, ['book:1'], 1],
    ['a prefix', { prefix: 'book:1:' }, ['book:1:cover'], 1],
    ['a scope', { scope: 'shelf' }, keys, 5],
  ])(
    '%s is marked stale in both, and nothing beside it; 1 touches neither 10 nor 100',
    async (_, what, stale, local) => {
      const { status, body } = await here.ask('/admin/cache/items/invalidate', asAdmin(what));
      expect(status).toBe(200);
      expect(body).toEqual({ version: expect.stringMatching(/^[\w.-]+:\d+$/), local });
      await bothStale(stale);
      for (const { reader } of items) expect(reader.describe('book:1')).toMatchObject({ data: 'first' });
    },
  );

  it('clear marks everything stale everywhere, and keeps the last known good', async () => {
    for (const { origin } of items) origin.fail(new Error('down'));
    const { body } = await there.ask('/admin/cache/clear', asAdmin());
    expect(Object.keys(body['namespaces']!).toSorted()).toEqual([
      'access',
      'cache-settings',
      'catalog',
      'items',
      'job-pins',
      'model-config',
      'narratives',
      'pinned-snapshots',
      'prompt-library',
      'prompt-settings',
      'prompt-templates',
      'signal-pushes',
      'signals-features',
      'signals-news',
      'signals-odds',
    ]);
    await bothStale(keys);
    expect(await items[0].reader.get('shelf')).toMatchObject({ data: 'first', isStale: true });
    expect((await here.ask('/api/v1/config/phases/stage_4')).status).toBe(200);
  });

  it.each([
    ['a key', { key: 'book:1' }, ['book:1']],
    ['a prefix', { prefix: 'book:1:' }, ['book:1:cover']],
    ['everything', { all: true }, keys],
  ])('purging %s leaves it in no tier of no process (CO-13)', async (_, what, gone) => {
    for (const { origin } of items) origin.fail(new Error('down'));
    const { status } = await here.ask('/admin/cache/items/purge', asAdmin({ ...what, reason: 'a request' }));
    expect(status).toBe(200);
    await bothStale(gone);
    const lookFor = async (app: TestApp, key: string) =>
      (await app.ask(`/admin/cache/explain?namespace=items&key=${key}`, { as: 'viewer' })).body;
    for (const app of [here, there]) {
      for (const key of keys) {
        const isGone = gone.includes(key);
        const holds = async () => {
          const { memory, tiers } = await lookFor(app, key);
          return [
            memory !== null,
            tiers!['redis']!['holds'],
            tiers!['disk']!['holds'],
          ] as unknown as boolean[];
        };
        await pollUntil(
          async () => (isGone ? !(await holds()).includes(true) : (await holds())[0]!),
          `${key} is ${isGone ? 'gone' : 'there'}`,
        );
      }
    }
    await expect(items[1].reader.get(gone[0]!)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('who did it and why is kept, and cannot be edited', async () => {
    await here.ask('/admin/cache/items/purge', asAdmin({ key: 'shelf', reason: 'article 17' }));
    const rows = await here.sql(
      'SELECT operation, kind, author, reason FROM lastgood.cache_operations ORDER BY id',
    );
    expect(rows.at(-1)).toEqual({
      operation: 'purge',
      kind: 'purged',
      author: expect.stringMatching(/^the admin \([A-Za-z0-9]{8}\)$/),
      reason: 'article 17',
    });
    await expect(here.sql("UPDATE lastgood.cache_operations SET author = 'nobody'")).rejects.toThrow(
      /record/,
    );
  });

  it.each([
    ['invalidate', { prefix: 'book:1' }, 400],
    ['invalidate', { key: '' }, 400],
    ['invalidate', {}, 400],
    ['purge', { key: 'book:1' }, 400],
    ['purge', { all: false, reason: 'why not' }, 400],
  ])('refuses to %s %j', async (operation, body, status) => {
    const answer = await here.ask(`/admin/cache/items/${operation}`, asAdmin(body));
    expect(answer).toMatchObject({ status, body: { code: 'request-invalid' } });
    expect(staleIn(items[0])).toEqual([]);
  });

  it('there is no namespace of another name', async () => {
    const answer = await here.ask('/admin/cache/other/invalidate', asAdmin({ key: 'k' }));
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-namespace' } });
  });

  it('while the database is away nothing is done by half: 503, and what is held stays as it is', async () => {
    await here.proxy.mode('refuse');
    const answer = await here.ask('/admin/cache/items/invalidate', asAdmin({ key: 'shelf' }));
    await here.proxy.mode('pass');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    expect(staleIn(items[1])).toEqual([]);
  });

  describe('what is switched at run time (CA-3)', () => {
    const path = '/admin/cache/items/settings';
    const set = (body: object) => here.ask(path, { method: 'PUT', as: 'admin', body });
    const shown = async () => (await there.ask(path, { as: 'viewer' })).body;
    const settled = (holds: () => Promise<boolean>) => pollUntil(holds, 'the other process follows');

    afterEach(async () => {
      await set({});
      await settled(async () => JSON.stringify((await shown())['set']) === '{"switches":{},"policy":{}}');
    });

    it('is followed by every process, for what is held too', async () => {
      const { status } = await set({ switches: { redis: false }, policy: { maxAgeMs: 1 } });
      expect(status).toBe(200);
      await settled(async () => (await shown())['switches']!['redis'] === (false as unknown));
      await pollUntil(() => staleIn(items[1]).length === keys.length, 'what is held is past its maxAge');
      expect(items[1].reader.cache.policy.maxAgeMs).toBe(1);
    });

    it('off for Redis means that it is neither read nor written', async () => {
      await set({ switches: { redis: false } });
      await settled(async () => (await shown())['switches']!['redis'] === (false as unknown));
      await redis.admin.flushall();
      await items[0].reader.refresh('shelf');
      expect(await redis.admin.dbsize()).toBe(0);
    });

    it('what is left out is as before anything was set', async () => {
      await set({ switches: { stampedeProtection: false } });
      await set({ policy: { jitter: 0.5 } });
      await settled(async () => (await shown())['set']!['policy']!['jitter'] === (0.5 as unknown));
      expect(await shown()).toMatchObject({ switches: { stampedeProtection: true }, set: { switches: {} } });
    });

    it.each([
      [{ switches: { redis: 'no' } }, 400],
      [{ switches: { other: true } }, 400],
      [{ policy: { jitter: 2 } }, 400],
      [{ policy: { softTimeoutMs: 10_000, hardTimeoutMs: 10 } }, 422],
    ])('refuses %j, by name, and leaves what was set', async (body, status) => {
      const answer = await set(body);
      expect(answer.status).toBe(status);
      expect((await shown())['set']).toEqual({ switches: {}, policy: {} });
    });
  });

  describe('what it is told', () => {
    it('stats count reads by tier, and say what each holds', async () => {
      await items[0].reader.get('shelf');
      const stats = () => here.ask('/admin/cache/stats', { as: 'viewer' });
      // On a busy machine Redis may have been given up for a moment: then nobody can tell what it holds.
      const told = async () => (await stats()).body['namespaces']!['items']!['tiers']!['redis']!['entries'];
      await pollUntil(async () => (await told()) !== null, 'Redis says what it holds');
      const { status, body } = await stats();
      expect(status).toBe(200);
      const { memory, redis: shared, disk } = body['namespaces']!['items']!['tiers']!;
      expect(memory).toMatchObject({ entries: 5, hitRate: expect.any(Number) });
      expect(memory!['bytes']).toBeGreaterThan(500);
      expect(shared).toMatchObject({ entries: 5 });
      expect(disk!['entries']).toBeGreaterThanOrEqual(4);
      expect(body['server']).toEqual([expect.objectContaining({ redis_version: expect.any(String) })]);
    });

    it('entries are listed by pages, without their values', async () => {
      const page = (query: string) => here.ask(`/admin/cache/items/entries?${query}`, { as: 'viewer' });
      const first = (await page('prefix=book:&limit=3')).body;
      const listed = (first['entries'] as unknown as { key: string }[]).map(({ key }) => key);
      expect(listed).toEqual(['book:1', 'book:10', 'book:100:cover']);
      expect(first).toMatchObject({ total: 4, next: 'book:100:cover' });
      const second = (await page('prefix=book:&limit=3&after=book:100:cover')).body;
      expect(second).toMatchObject({ next: null, entries: [{ key: 'book:1:cover', isStale: false }] });
      expect(JSON.stringify([first, second])).not.toContain('first');
      expect((await page('limit=1001')).status).toBe(400);
    });
  });
});
