import { pollUntil } from './support/poll-until.js';
import { TestApp, sampleDocument } from './support/test-app.js';

interface Change {
  readonly row: string;
  readonly kind: string;
  readonly fields: Record<string, { before: unknown; after: unknown }>;
}
interface Version {
  readonly version: number;
  readonly kind: string;
  readonly author: string;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly changes: Change[];
}

const phase = '/admin/phases/stage_4';
const row = 'phases[stage_4/any/standard]';

/** Every setting as the database has it, bookkeeping apart. */
const contents = `
SELECT json_build_object(
  'models', (SELECT json_agg(to_jsonb(r) - 'version' - 'updated_at' - 'updated_by' - 'created_at' ORDER BY id) FROM lastgood.models r),
  'phases', (SELECT json_agg(to_jsonb(r) - 'id' - 'version' - 'updated_at' - 'updated_by' - 'created_at'
    ORDER BY phase, course_id, language, context_tier) FROM lastgood.phase_configs r),
  'judges', (SELECT json_agg(to_jsonb(r) - 'version' - 'updated_at' - 'updated_by' - 'created_at' ORDER BY language, role)
    FROM lastgood.judge_configs r),
  'reserves', (SELECT json_agg(to_jsonb(r) - 'version' - 'updated_at' - 'updated_by' - 'created_at' ORDER BY language)
    FROM lastgood.context_reserves r))::text AS text`;

describe('history (MC-16)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const list = async (query = '') => {
    const { body } = await lastgood.ask<{ versions: Version[] }>(`/admin/history${query}`, { as: 'viewer' });
    return body.versions;
  };
  const diff = (version: number) => lastgood.ask<Version>(`/admin/history/${version}/diff`, { as: 'viewer' });
  const rollback = (version: number, body: object = {}) =>
    lastgood.ask<Version>(`/admin/history/${version}/rollback`, {
      method: 'POST',
      as: 'admin',
      body: { reason: 'back again', ...body },
    });
  const text = async () => (await lastgood.sql<{ text: string }>(contents))[0]!.text;

  it('begins with the import, and tells who, why and by which request', async () => {
    const edited = await lastgood.edit<Version>(phase, { maxTokens: 1_234 });
    const versions = await list();
    expect(versions.map(({ kind }) => kind)).toEqual(['edit', 'import']);
    expect(versions[0]).toMatchObject({
      version: edited.body.version,
      author: expect.stringMatching(/^the admin \(\w{8}\)$/),
      reason: 'a test',
      requestId: edited.headers.get('x-request-id'),
      rows: 1,
    });
  });

  it('shows what one change did to each row, before and after', async () => {
    const { body } = await lastgood.edit<Version>(phase, { temperature: 0, timeoutMs: 9_000 });
    expect(await diff(body.version)).toMatchObject({ status: 200, body: { changes: body.changes } });
    expect(body.changes[0]!.fields).toMatchObject({ temperature: { after: 0 }, timeoutMs: { before: null } });
  });

  it('holds what psql wrote, under its own name, and rolls it back too', async () => {
    const before = await text();
    const version = await lastgood.version();
    await lastgood.sql(`UPDATE lastgood.phase_configs SET temperature = 1.5 WHERE phase = 'stage_4'`);
    const [newest] = await list('?limit=1');
    expect(newest).toMatchObject({ kind: 'sql', author: 'postgres', reason: null });
    const [{ updatedBy }] = (await lastgood.sql<{ updatedBy: string }>(
      `SELECT updated_by AS "updatedBy" FROM lastgood.phase_configs WHERE phase = 'stage_4' LIMIT 1`,
    )) as [{ updatedBy: string }];
    expect(updatedBy).toBe('postgres');
    expect((await rollback(version)).status).toBe(200);
    expect(await text()).toBe(before);
  });

  it('is paged, the newest first', async () => {
    const all = await list();
    const [first, second] = [await list('?limit=2'), await list(`?limit=2&before=${all[1]!.version}`)];
    expect([...first, ...second]).toEqual(all.slice(0, 4));
  });

  it.each([
    ['/admin/history/999999/diff', 404],
    ['/admin/history/x/diff', 400],
    ['/admin/history?limit=0', 400],
    ['/admin/history?limit=501', 400],
  ])('answers %s with %i', async (path, status) => {
    expect((await lastgood.ask(path, { as: 'viewer' })).status).toBe(status);
  });

  it('says that the database is away, where it is: 503; the cluster then tells of itself (OP-13)', async () => {
    await lastgood.proxy.mode('refuse');
    const answer = await lastgood.ask('/admin/history', { as: 'viewer' });
    const cluster = await lastgood.ask<{ instances: unknown[] }>('/admin/cluster', { as: 'viewer' });
    await lastgood.proxy.mode('pass');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    expect(cluster).toMatchObject({ status: 200, body: { source: 'self' } });
    expect(cluster.body.instances).toHaveLength(1);
  });

  describe('rolls back', () => {
    it('to byte-equal values, 0, false, null, microseconds and removed rows included, as a new version', async () => {
      await lastgood.edit(phase, { temperature: 0, timeoutMs: null, cacheReadEnabled: false, maxRetries: 0 });
      await lastgood.sql(
        `UPDATE lastgood.models SET retires_at = '2031-02-03 04:05:06.789012+00', input_usd_per_mtok = 0.1 + 0.2
        WHERE id = $1`,
        [sampleDocument().models[0]!.id],
      );
      const version = await lastgood.version();
      const before = await text();
      await lastgood.edit(phase, { temperature: 1, timeoutMs: 5_000, cacheReadEnabled: true, maxRetries: 3 });
      await lastgood.sql(`UPDATE lastgood.models SET retires_at = NULL, input_usd_per_mtok = 1`);
      await lastgood.sql(`DELETE FROM lastgood.judge_configs WHERE language = 'ru'`);
      await lastgood.sql(`DELETE FROM lastgood.phase_configs WHERE course_id IS NOT NULL`);
      await lastgood.put(`${phase}?courseId=new`, (await lastgood.row(phase)).settings, null);
      expect(await text()).not.toBe(before);

      const answer = await rollback(version);
      expect(answer).toMatchObject({ status: 200, body: { rowVersion: null, served: true } });
      expect(answer.body.version).toBe(await lastgood.version());
      expect(await text()).toBe(before);
      expect((await list('?limit=1'))[0]).toMatchObject({ kind: 'rollback', reason: 'back again' });
      expect((await lastgood.ask('/api/v1/config/phases/stage_4')).body).toMatchObject({
        temperature: 0,
        timeoutMs: null,
      });
    });

    it('and back again: a rollback is a change like any other', async () => {
      const before = await text();
      const version = await lastgood.version();
      const { body } = await lastgood.edit<Version>(phase, { maxTokens: 4_321 });
      const changed = await text();
      await rollback(version);
      expect(await text()).toBe(before);
      await rollback(body.version);
      expect(await text()).toBe(changed);
    });

    it('only what is named: the other changes stay', async () => {
      const version = await lastgood.version();
      const panel = await lastgood.row('/admin/judges/en');
      await lastgood.edit(phase, { maxTokens: 5_001 });
      const other = await lastgood.edit('/admin/phases/stage_5', { maxTokens: 5_002 });
      await lastgood.put(
        '/admin/judges/en',
        { ...panel.settings, primary: panel.settings.secondary, secondary: panel.settings.primary },
        panel.etag,
      );
      const { body } = await rollback(version, { only: [row, 'judges[en]'] });
      expect(body.changes.map((change) => change.row).toSorted()).toEqual([
        'judges[en].primary',
        'judges[en].secondary',
        row,
      ]);
      expect(other.status).toBe(200);
      expect((await lastgood.row('/admin/phases/stage_5')).settings).toMatchObject({ maxTokens: 5_002 });
      expect((await lastgood.row('/admin/judges/en')).settings).toEqual(panel.settings);
    });

    it('nothing that is not there: an unknown version or row is told: 404', async () => {
      expect((await rollback(999_999)).status).toBe(404);
      expect(
        await rollback(await lastgood.version(), { only: ['phases[stage_04/any/standard]'] }),
      ).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('phases[stage_04/any/standard]') },
      });
    });

    it('nothing that would break a rule by now, every fault told: 422', async () => {
      const version = await lastgood.version();
      const { settings } = await lastgood.row(phase);
      const model = {
        displayName: 'M',
        family: 'm',
        maxContextTokens: 100_000,
        inputUsdPerMtok: 0,
        outputUsdPerMtok: 0,
      };
      await lastgood.put('/admin/models/m/soon-gone', model, null);
      const used = await lastgood.edit<Version>(phase, {
        ...settings,
        modelId: 'm/soon-gone',
        maxTokens: 1_000,
        maxContextTokens: 1_000,
      });
      expect(used.status).toBe(200);
      await rollback(version, { only: [row] });
      await lastgood.edit('/admin/models/m/soon-gone', { status: 'retired' });
      expect(await rollback(used.body.version, { only: [row] })).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('"m/soon-gone" is retired') },
      });
    });

    it('not what has been changed since it was looked at: 412', async () => {
      const version = await lastgood.version();
      const answer = await lastgood.ask(`/admin/history/${version}/rollback`, {
        method: 'POST',
        as: 'admin',
        headers: { 'if-match': `"${version - 1}"` },
        body: { reason: 'back again' },
      });
      expect(answer.status).toBe(412);
    });
  });

  describe('refuses a configuration that lost more than half of its rows (MC-14)', () => {
    it('keeps serving the last good one while psql has halved it, alarms, and a rollback heals it', async () => {
      const version = await lastgood.version();
      const before = await text();
      const served = (await lastgood.ask('/api/v1/config/snapshot')).body;
      await lastgood.sql(
        `DELETE FROM lastgood.judge_configs; DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`,
      );
      const [{ halved }] = (await lastgood.sql<{ halved: number }>(
        `SELECT version::float8 AS halved FROM lastgood.change_counter WHERE stream = 'config'`,
      )) as [{ halved: number }];
      await lastgood.refused(halved);
      const answer = await lastgood.ask('/api/v1/config/phases/stage_4');
      expect(answer).toMatchObject({ status: 200, body: { meta: { isStale: true } } });
      expect((await lastgood.ask('/api/v1/config/snapshot')).body.phases).toEqual(served.phases);
      expect(lastgood.logs).toContainEqual(
        expect.objectContaining({
          level: 'error',
          msg: 'load refused, what is held stays',
          error: expect.stringContaining('fewer than half'),
        }),
      );
      const edit = await lastgood.put(
        '/admin/models/m/other',
        { displayName: 'O', family: 'o', maxContextTokens: 1, inputUsdPerMtok: 0, outputUsdPerMtok: 0 },
        null,
      );
      expect(edit).toMatchObject({ status: 422, body: { detail: expect.stringContaining('acceptLoss') } });

      expect((await rollback(version)).status).toBe(200);
      expect(await text()).toBe(before);
      // On a slow machine the answer to the rollback says `served: false`.
      const isFresh = async () => {
        const { body } = await lastgood.ask<{ meta: { isStale: boolean } }>('/api/v1/config/phases/stage_4');
        return !body.meta.isStale;
      };
      await pollUntil(isFresh, 'the rollback is served');
    });

    it('serves what is left where somebody said that the loss is meant', async () => {
      await lastgood.sql(
        `DELETE FROM lastgood.judge_configs; DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`,
      );
      const model = {
        displayName: 'O',
        family: 'o',
        maxContextTokens: 1,
        inputUsdPerMtok: 0,
        outputUsdPerMtok: 0,
      };
      const body = { settings: model, reason: 'a smaller pipeline', acceptLoss: true };
      expect((await lastgood.put('/admin/models/m/accepted', null, null, { body })).status).toBe(201);
      const snapshot = () =>
        lastgood.ask<{ judges: []; meta: { isStale: boolean } }>('/api/v1/config/snapshot');
      await pollUntil(async () => !(await snapshot()).body.meta.isStale, 'what is left is served');
      expect((await snapshot()).body.judges).toEqual([]);
    });
  });
});
