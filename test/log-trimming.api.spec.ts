import { LogTrimmer } from '../src/platform/cache/log-trimmer.js';
import { CoherenceService } from '../src/platform/cache/index.js';
import { describeRedis } from './support/describe-redis.js';
import { itemsIn, type Items } from './support/item-namespace.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const asAdmin = (body: object) => ({ method: 'POST', as: 'admin' as const, body });

describeRedis('processes whose change log is trimmed (CO-8, CO-13)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;
  let items: [Items, Items];
  let env: Record<string, string>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    env = { REDIS_URL: redis.url };
    here = await TestApp.start({ env, prepare: patient });
    there = await TestApp.start({ beside: here, env, prepare: patient });
    items = [itemsIn(here), itemsIn(there)];
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  const stateOf = ({ app }: TestApp) => app.get(CoherenceService).stream('cache').state;
  const change = async (scope: string) => {
    const { status } = await here.ask('/admin/cache/items/invalidate', asAdmin({ scope }));
    expect(status).toBe(200);
  };
  /** All that was logged until now is of last year; then it is trimmed, but for the last change. */
  const trim = async () => {
    await here.sql(`UPDATE lastgood.change_log SET at = at - interval '1 year' WHERE stream = 'cache'`);
    await here.app.get(LogTrimmer).trim();
    const [row] = await here.sql<{ trimmed: number; version: number; rows: number }>(
      `SELECT trimmed_to::float8 AS trimmed, version::float8 AS version,
         (SELECT count(*)::int FROM lastgood.change_log l WHERE l.stream = 'cache' AND l.version <= trimmed_to) AS rows
       FROM lastgood.change_counter WHERE stream = 'cache'`,
    );
    expect(row).toMatchObject({ trimmed: row!.version - 1, rows: 0 });
    return row!;
  };
  const applied = (app: TestApp, version: number) =>
    pollUntil(() => stateOf(app).applied.version >= version, `${version} is applied`);
  const gaps = ({ logs }: TestApp) => logs.filter(({ stream, gap }) => stream === 'cache' && gap != null);

  it('who is up to date serves on as fresh, and loads nothing, through the trim and the next change', async () => {
    for (const { reader } of items) await reader.refresh('kept');
    for (let at = 0; at < 5; at++) await change('another');
    await applied(there, stateOf(here).applied.version);
    const areFresh = () => items.map(({ reader }) => reader.peek('kept')?.isStale);
    expect(areFresh()).toEqual([false, false]);
    const loads = items.map(({ origin }) => origin.loads);
    const { version, trimmed } = await trim();
    await change('another');
    for (const app of [here, there]) {
      await applied(app, version + 1);
      expect(stateOf(app)).toMatchObject({ trimmedTo: trimmed, lost: null });
      expect(gaps(app)).toEqual([]);
    }
    expect(areFresh()).toEqual([false, false]);
    expect(items.map(({ origin }) => origin.loads)).toEqual(loads);
  });

  it('who was away for longer than the log goes back gives up what may have been purged meanwhile, and has it anew', async () => {
    await items[0].reader.refresh('away');
    expect(await items[1].reader.get('away')).toMatchObject({ source: 'redis', isStale: false });
    await there.proxy.mode('refuse');
    await pollUntil(() => !there.app.get(CoherenceService).stream('cache').isReachable, 'it is away');
    // The change that concerns what it holds is one of those that are trimmed.
    for (const scope of ['shelf', 'another', 'another']) await change(scope);
    const { version } = await trim();
    await change('another');
    const loads = items[1].origin.loads;
    items[1].origin.answer({ value: 'second', scopes: ['shelf'] });
    await there.proxy.mode('pass');
    await applied(there, version + 1);
    expect(gaps(there)).toMatchObject([{ gap: 'trimmed' }]);
    expect(items[1].reader.describe('away')).toBeNull();
    expect(await items[1].reader.get('away')).toMatchObject({ data: 'second', isStale: false });
    expect(items[1].origin.loads).toBe(loads + 1);
    // Nothing was lost: that is no matter of the others.
    expect(gaps(here)).toEqual([]);
  });

  it('who boots believes what is in Redis and was read since, and of what was purged nothing comes back', async () => {
    items[0].origin.answer({ value: 'purged', scopes: ['shelf'] });
    await items[0].reader.refresh('purged');
    // As if the sweep had not reached it: what is in Redis comes back there after the purge.
    await pollUntil(async () => (await keysOf('purged')).length > 0, 'it is in Redis');
    const kept = await Promise.all(
      (await keysOf('purged')).map(async (key) => [key, await redis.admin.getBuffer(key)] as const),
    );
    const purge = { key: 'purged', reason: 'a request' };
    expect((await here.ask('/admin/cache/items/purge', asAdmin(purge))).status).toBe(200);
    for (let at = 0; at < 3; at++) await change('another');
    await trim();
    items[0].origin.answer({ value: 'second', scopes: ['shelf'] });
    await items[0].reader.refresh('fresh');
    await pollUntil(async () => (await keysOf('fresh')).length > 0, 'it is in Redis');
    for (const [key, stored] of kept) await redis.admin.set(key, stored!);
    const booted = await TestApp.start({ beside: here, env, prepare: patient });
    try {
      const { reader, origin } = itemsIn(booted);
      await pollUntil(() => stateOf(booted).epoch !== null, 'it knows the history');
      origin.fail(new Error('down'));
      expect(await reader.get('fresh')).toMatchObject({ data: 'second', isStale: false, source: 'redis' });
      expect(await keysOf('purged')).toHaveLength(1);
      await expect(reader.get('purged')).rejects.toMatchObject({ code: 'unavailable' });
      await pollUntil(async () => (await keysOf('purged')).length === 0, 'what was found of it is deleted');
      for (const { reader: running } of items) expect(running.describe('purged')).toBeNull();
    } finally {
      await booted.dispose();
    }
  });

  const keysOf = (key: string) => redis.admin.keys(`*:val:{items:${key}}`);
});
