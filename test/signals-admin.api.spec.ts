import { SignalFleet } from '../src/features/signals/operating/signal-fleet.service.js';
import { describeRedis } from './support/describe-redis.js';
import { exampleOdds, signalsPath } from './support/example-odds.js';
import type { Json } from './support/http-client.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { oddsType, runtimeOf } from './support/signal-runtime.js';
import { TestApp } from './support/test-app.js';
import { untilRedisAnswers } from './support/until-redis-answers.js';

const reason = 'a wrong feed';
const types = {
  odds: oddsType(),
  lines: { ttl: '60s', key: 'lines:{game_id}', source: 'push' },
  features: { ttl: '24h', key: 'llm:features:{cluster_id}:{date}', source: 'push' },
  archive: {
    ttl: '1h',
    key: 'archive:{source}:{id}',
    source: 'push',
    size_class: 'large',
  },
};

interface Stats {
  readonly isWhole: boolean;
  readonly processes: readonly { readonly name: string; readonly disk: object | null }[];
  readonly types: readonly (Json & { readonly type: string; readonly held: Json })[];
}

describeRedis('what operators do with the signals of two processes (SI-7, SI-10)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url, ...runtimeOf(types) };
    here = await TestApp.start({ env, prepare: patient });
    there = await TestApp.start({ beside: here, env, prepare: patient });
    await untilRedisAnswers(here, there);
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  const push = async (id: string, value: object = exampleOdds()) => {
    const { status, text } = await here.ask(`${signalsPath}/${id}`, {
      as: 'writer',
      method: 'POST',
      body: { value },
    });
    expect([status, text]).toEqual([200, text]);
  };
  const flush = (body: object, as: 'admin' | 'viewer' = 'admin') =>
    here.ask('/admin/signals/flush', { as, method: 'POST', body });
  const statusIn = async (app: TestApp, id: string) => (await app.ask(`${signalsPath}/${id}`)).status;
  const goneIn = (app: TestApp, id: string) =>
    pollUntil(async () => (await statusIn(app, id)) === 404, `${id} is gone`);
  const stats = async (of: TestApp = here) =>
    (await of.ask<Stats>('/admin/signals/stats', { as: 'viewer' })).body;

  it('a flushed game is gone from both, and the game whose name begins alike is not (SI-2, SI-7)', async () => {
    for (const game of ['g1', 'g10']) {
      await push(`odds/${game}:dk:h2h`);
      await push(`lines/${game}`, {});
      for (const id of [`odds/${game}:dk:h2h`, `lines/${game}`]) expect(await statusIn(there, id)).toBe(200);
    }
    const { status, body } = await flush({ where: { game_id: 'g1' }, reason });
    expect(status).toBe(200);
    expect(body['flushed']).toEqual([
      { type: 'odds', version: expect.stringMatching(/:\d+$/), local: 1 },
      { type: 'lines', version: expect.stringMatching(/:\d+$/), local: 1 },
    ]);
    for (const app of [here, there]) {
      for (const id of ['odds/g1:dk:h2h', 'lines/g1']) await goneIn(app, id);
      for (const id of ['odds/g10:dk:h2h', 'lines/g10']) expect(await statusIn(app, id)).toBe(200);
    }
  });

  it('a flushed type, cluster or source is gone from every tier, and nothing else is (SI-2, SI-7)', async () => {
    await push('odds/g2:dk:h2h');
    await push('features/c1:2026-01-04', { a: 1 });
    await push('archive/espn:1', { a: 1 });
    await flush({ type: 'odds', reason });
    await flush({ where: { cluster_id: 'c1' }, reason });
    for (const id of ['odds/g2:dk:h2h', 'features/c1:2026-01-04']) await goneIn(here, id);
    expect(await statusIn(here, 'archive/espn:1')).toBe(200);
    await flush({ where: { source: 'espn' }, reason });
    await goneIn(here, 'archive/espn:1');
  });

  it('what is pushed after a flush is there again, also with the same moment', async () => {
    const value = exampleOdds();
    await push('odds/g3:dk:h2h', value);
    await flush({ type: 'odds', where: { game_id: 'g3', book: 'dk' }, reason });
    await goneIn(here, 'odds/g3:dk:h2h');
    await push('odds/g3:dk:h2h', value);
    expect(await statusIn(here, 'odds/g3:dk:h2h')).toBe(200);
  });

  it('who flushed and why is kept, as for every cache', async () => {
    await flush({ type: 'lines', reason: 'who and why' });
    const rows = await here.sql(
      `SELECT namespace, operation, author, reason FROM lastgood.cache_operations WHERE reason = 'who and why'`,
    );
    expect(rows).toEqual([
      {
        namespace: 'signals-lines',
        operation: 'purge-all',
        author: expect.stringContaining('the admin'),
        reason: 'who and why',
      },
    ]);
  });

  it.each([
    ['nothing', { reason }, 422, 'signal-flush-invalid', 'Say what to flush'],
    ['no reason', { type: 'odds' }, 400, 'request-invalid', 'reason'],
    ['a type that there is not', { type: 'weather', reason }, 404, 'signal-type-unknown', 'weather'],
    [
      'a later placeholder',
      { where: { market: 'h2h' }, reason },
      422,
      'signal-flush-invalid',
      'first placeholders',
    ],
    ['two keys in one', { where: { game_id: 'a:b' }, reason }, 422, 'signal-flush-invalid', 'game_id'],
  ])('a flush of %s is refused', async (_, body, status, code, told) => {
    const answer = await flush(body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.body['detail']).toContain(told);
  });

  it("a flush is an admin's", async () => {
    expect((await flush({ type: 'odds', reason }, 'viewer')).status).toBe(403);
  });

  it('both tell what they hold, and each tells of the other (SI-10)', async () => {
    await push('odds/g4:dk:h2h', exampleOdds(1.5, 6_000));
    expect(await statusIn(there, 'odds/g4:dk:h2h')).toBe(200);
    for (const app of [here, there]) await app.app.get(SignalFleet, { strict: false }).beat();
    const told = await stats();
    expect([told.isWhole, told.processes.length]).toEqual([true, 2]);
    expect(told.types.map(({ type }) => type)).toEqual(['archive', 'features', 'lines', 'odds']);
    const odds = told.types.find(({ type }) => type === 'odds')!;
    expect(odds).toMatchObject({ limitMs: 60_000, answers: null, held: { disk: null } });
    expect(Number(odds.held['memory']!['entries'])).toBeGreaterThanOrEqual(2);
    expect(Number(odds['oldestAgeMs'])).toBeGreaterThanOrEqual(6_000);
    expect(Number(odds['oldestShare'])).toBeGreaterThanOrEqual(0.1);
  });

  it('while the database is away each tells of itself alone (SI-10)', async () => {
    await there.proxy.mode('refuse');
    try {
      await pollUntil(async () => !(await stats(there)).isWhole, 'it tells of itself alone');
      expect((await stats(there)).processes).toHaveLength(1);
    } finally {
      await there.proxy.mode('pass');
    }
  });

  it('the disk of one process is cleaned on demand (SI-7)', async () => {
    const { status, body } = await here.ask('/admin/signals/cleanup', { as: 'admin', method: 'POST' });
    expect([status, body['cleaned']]).toEqual([200, expect.objectContaining({ isComplete: true })]);
    const { text } = await here.ask('/metrics', { as: 'viewer' });
    expect(text).toMatch(/^disk_used_ratio \d/m);
  });

  it('a process that goes takes its row with it', async () => {
    const third = await TestApp.start({ beside: here, env: runtimeOf(types) });
    await third.app.get(SignalFleet, { strict: false }).beat();
    const count = async () =>
      Number((await here.sql('SELECT count(*)::int AS n FROM lastgood.signal_stats'))[0]?.['n']);
    const before = await count();
    await third.dispose();
    expect(await count()).toBe(before - 1);
  });
});
