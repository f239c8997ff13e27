import { Client } from 'pg';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const base = '/api/v1/config';
const phase = '/admin/phases/stage_6';
const read = `${base}/phases/stage_6`;
const aModel = {
  displayName: 'New',
  family: 'new',
  maxContextTokens: 1_000,
  inputUsdPerMtok: 0,
  outputUsdPerMtok: 0,
};
const updateSql = (maxTokens: number) =>
  `UPDATE lastgood.phase_configs SET max_tokens = ${maxTokens}
   WHERE phase = 'stage_6' AND context_tier = 'standard' AND language = 'any'`;
const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const statuses = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('two processes on one database (MC-15)', () => {
  let listening: TestApp;
  let polling: TestApp;

  beforeAll(async () => {
    listening = await TestApp.start();
    polling = await TestApp.start({ beside: listening, env: { CHANGE_FEED: 'poll' } });
  });

  afterAll(async () => {
    await polling.dispose();
    await listening.dispose();
  });

  const statusWith = async (app: TestApp, key: string) =>
    (await app.ask(read, { as: null, headers: { authorization: `Bearer ${key}` } })).status;
  const serves = async (app: TestApp, maxTokens: number) =>
    (await app.ask<{ maxTokens: number }>(read)).body.maxTokens === maxTokens;

  it('an edit through one is served by the other, by notification and by poll alone (CHANGE_FEED)', async () => {
    for (const [editor, other, maxTokens] of [
      [polling, listening, 1_001],
      [listening, polling, 1_002],
    ] as const) {
      const edited = await editor.edit(phase, { maxTokens });
      expect(edited).toMatchObject({ status: 200, body: { served: true } });
      expect(await serves(editor, maxTokens)).toBe(true);
      await pollUntil(() => serves(other, maxTokens), 'the other process serves it', undefined, 2_000);
    }
  });

  it('a read that names the least version it may be of sees the edit before, wherever it is asked (CO-15)', async () => {
    for (let maxTokens = 1_010; maxTokens < 1_020; maxTokens++) {
      const { body } = await listening.edit<{ minVersion: string }>(phase, { maxTokens });
      const headers = { 'x-min-version': body.minVersion };
      expect((await polling.ask(read, { headers })).body).toMatchObject({ maxTokens });
    }
  });

  it('a version that nobody has is refused, and what is no version is a bad request (CO-15)', async () => {
    const { body } = await listening.edit<{ minVersion: string }>(phase, { maxTokens: 1_020 });
    const next = body.minVersion.replace(/\d+$/, (version) => String(Number(version) + 1));
    expect(await polling.ask(read, { headers: { 'x-min-version': next } })).toMatchObject({
      status: 503,
      body: { code: 'version-not-reached' },
    });
    expect(await polling.ask(read, { headers: { 'x-min-version': 'newest' } })).toMatchObject({
      status: 400,
      body: { code: 'min-version-invalid', detail: expect.stringContaining('"epoch:version"') },
    });
    expect((await polling.ask(read, { headers: { 'x-min-version': 'another-epoch:99' } })).status).toBe(200);
  });

  it('an edit by plain SQL is served by both (CO-2)', async () => {
    await listening.sql(updateSql(1_003));
    for (const app of [listening, polling])
      await pollUntil(() => serves(app, 1_003), 'it is served', undefined, 2_000);
    expect(await Promise.all([serves(listening, 1_003), serves(polling, 1_003)])).toEqual([true, true]);
  });

  it('one ETag stands for one configuration in both: a 304 does not depend on who answers', async () => {
    const { headers } = await listening.ask(read);
    const again = await polling.ask(read, { headers: { 'if-none-match': headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  it('an edit made for what another process has changed since is refused, wherever it is made: 412', async () => {
    const { settings, etag } = await polling.row(phase);
    expect((await listening.edit(phase, { maxTokens: 1_004 })).status).toBe(200);
    expect((await polling.put(phase, { ...settings, maxTokens: 1 }, etag)).status).toBe(412);
  });

  it('rows that break a rule, written by SQL, are refused by both, which serve the last good ones (MC-14)', async () => {
    await pollUntil(() => serves(polling, 1_004), 'both serve the last good ones');
    const [row] = await listening.sql<{ id: string }>(
      `UPDATE lastgood.models SET status = 'retired' WHERE id IN (SELECT model_id FROM lastgood.phase_configs
         WHERE phase = 'stage_6') RETURNING id`,
    );
    expect(row).toBeDefined();
    for (const app of [listening, polling]) {
      const answer = () => app.ask<{ maxTokens: number; meta: { isStale: boolean } }>(read);
      await pollUntil(
        async () => (await answer()).body.meta.isStale,
        'it is served as stale',
        undefined,
        2_000,
      );
      expect(await answer()).toMatchObject({ status: 200, body: { maxTokens: 1_004 } });
      expect((await answer()).headers.get('degraded')).toMatch(/^model-config; age=\d+$/);
      expect(await app.ask('/health', { as: 'viewer' })).toMatchObject({
        status: 200,
        body: {
          details: { configuration: { reasons: expect.arrayContaining(['load-failed:model-config']) } },
        },
      });
      expect(app.logs).toContainEqual(
        expect.objectContaining({
          level: 'error',
          type: 'load-failed',
          error: expect.stringContaining('is retired'),
        }),
      );
    }
    await listening.sql(`UPDATE lastgood.models SET status = 'active' WHERE status = 'retired'`);
    for (const app of [listening, polling])
      await pollUntil(
        async () => !(await app.ask(read)).headers.has('degraded'),
        'it is fresh',
        undefined,
        5_000,
      );
  });

  describe('keep edits apart', () => {
    it('of ten at once for one ETag, at both, exactly one wins', async () => {
      const { settings, etag } = await listening.row(phase);
      const answers = await Promise.all(
        times(10, (at) =>
          [listening, polling][at % 2]!.put(phase, { ...settings, maxTokens: 100 + at }, etag),
        ),
      );
      expect(statuses(answers)).toEqual([200, ...times(9, () => 412)]);
      const winner = answers.findIndex(({ status }) => status === 200);
      await pollUntil(() => serves(listening, 100 + winner), 'the winner is served');
    });

    it('of ten at once that make one row exactly one wins', async () => {
      const puts = times(10, (at) => [listening, polling][at % 2]!.put('/admin/models/b/once', aModel, null));
      expect(statuses(await Promise.all(puts))).toEqual([201, ...times(9, () => 412)]);
    });

    it('of twenty at once of different rows every one wins', async () => {
      const puts = times(20, (at) =>
        [listening, polling][at % 2]!.put(`/admin/models/b/${at}`, aModel, null),
      );
      expect(statuses(await Promise.all(puts))).toEqual(times(20, () => 201));
    });

    it('wait for whoever holds the lock a while, and name who never lets go: 503 (CO-3)', async () => {
      const psql = new Client({ connectionString: listening.databaseUrl });
      await psql.connect();
      const lock = async () => {
        await psql.query('BEGIN');
        const { rows } = await psql.query<{ pid: number }>(
          `SELECT pg_backend_pid() AS pid FROM lastgood.change_counter WHERE stream = 'config' FOR UPDATE`,
        );
        return rows[0]!.pid;
      };
      await lock();
      const released = psql.query('SELECT pg_sleep(0.7); COMMIT');
      expect((await listening.edit(phase, { maxTokens: 200 })).status).toBe(200);
      await released;

      const pid = await lock();
      const refused = await listening.edit(phase, { maxTokens: 201 });
      expect(refused).toMatchObject({
        status: 503,
        body: {
          code: 'database-unavailable',
          detail: expect.stringContaining(`process ${pid} holds its lock`),
        },
      });
      expect(refused.headers.get('retry-after')).toBe('1');
      await psql.query('COMMIT');
      expect(await serves(listening, 200)).toBe(true);
      await psql.end();
    });
  });

  it('a commit whose answer is lost is not called undone', async () => {
    await listening.sql(
      `CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END';
       CREATE CONSTRAINT TRIGGER linger AFTER UPDATE ON lastgood.phase_configs DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION linger()`,
    );
    const version = await listening.version();
    const editing = listening.edit(phase, { maxTokens: 300 });
    const committing = `SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event = 'PgSleep'`;
    await pollUntil(async () => (await listening.sql(committing)).length > 0, 'the commit runs');
    await listening.proxy.mode('reset');
    expect(await editing).toMatchObject({ status: 503, body: { code: 'commit-in-doubt' } });
    await listening.proxy.mode('pass');
    await pollUntil(async () => (await listening.version()) === version + 1, 'the commit is done');
    await pollUntil(() => serves(listening, 300), 'it is served');
    await listening.sql('DROP FUNCTION linger CASCADE');
  });

  it('both are scraped, though they share one registry of metrics', async () => {
    for (const app of [listening, polling, listening]) {
      const { status, text } = await app.ask('/metrics', { as: 'viewer' });
      expect([status, /^model_config_version \d+$/m.test(text)]).toEqual([200, true]);
    }
  });

  it('a key that is revoked opens neither, and nobody waits for longer than 5 s (OP-1)', async () => {
    const key = await listening.makeKey('client');
    for (const app of [listening, polling])
      await pollUntil(async () => (await statusWith(app, key)) === 200, 'the key is known', undefined, 5_000);
    await listening.sql(`UPDATE lastgood.api_keys SET revoked_at = now() WHERE prefix = $1`, [
      key.slice(3, 11),
    ]);
    for (const app of [listening, polling])
      await pollUntil(
        async () => (await statusWith(app, key)) === 401,
        'the key is refused',
        undefined,
        5_000,
      );
    expect(await statusWith(listening, listening.keys.client)).toBe(200);
  });
});
