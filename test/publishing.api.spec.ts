import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

interface Row {
  readonly version: number;
  readonly updatedBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
interface Published {
  readonly version: number;
  readonly changes: readonly { row: string; kind: string }[];
  readonly served: boolean;
  readonly instances: { serving: number; live: number; summary: string; missing: string[] } | null;
}

const phase = '/admin/phases/stage_4';
const aModel = {
  displayName: 'New',
  family: 'new',
  maxContextTokens: 1_000,
  inputUsdPerMtok: 0,
  outputUsdPerMtok: 0,
};

describe('publishing (MC-15)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const read = <B>(path: string) => lastgood.ask<B>(path, { as: 'viewer' });

  it('a row: who, the diff, the new version, and a new ETag', async () => {
    const before = await read<Row>(phase);
    const answer = await lastgood.edit<Published>(phase, { maxRetries: 0, timeoutMs: 5_000 });
    expect(answer.body).toEqual({
      version: await lastgood.version(),
      minVersion: expect.stringContaining(':'),
      rowVersion: expect.any(Number),
      changes: [
        {
          row: 'phases[stage_4/any/standard]',
          kind: 'changed',
          fields: { maxRetries: { before: 3, after: 0 }, timeoutMs: { before: null, after: 5_000 } },
        },
      ],
      served: true,
      replayed: false,
    });
    const { body, headers } = await read<Row>(phase);
    expect(headers.get('etag')).toBe(answer.headers.get('etag'));
    expect(headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(body).toMatchObject({
      updatedBy: expect.stringMatching(/^the admin \([A-Za-z0-9]{8}\)$/),
      createdAt: before.body.createdAt,
    });
    expect(Date.parse(body.updatedAt)).toBeGreaterThan(Date.parse(before.body.updatedAt));
  });

  it('nothing where nothing changes: the row keeps its ETag, the configuration its version', async () => {
    const { settings, etag } = await lastgood.row(phase);
    const version = await lastgood.version();
    const answer = await lastgood.put(phase, settings, etag);
    expect(answer).toMatchObject({ body: { version, changes: [] } });
    expect(answer.headers.get('etag')).toBe(etag);
    expect(await lastgood.row(phase)).toEqual({ settings, etag });
  });

  it.each([
    'a/new',
    'a/b%20c/d?',
    'a/é:free',
    'constructor/__proto__',
    `of-200-characters/${'x'.repeat(182)}`,
  ])('a new model %s, readable as it is and encoded', async (id) => {
    const encoded = `/admin/models/${encodeURIComponent(id)}`;
    expect((await lastgood.put(encoded, aModel, null)).status).toBe(201);
    const plain = `/admin/models/${id.split('/').map(encodeURIComponent).join('/')}`;
    for (const path of [encoded, plain]) expect((await read(path)).body).toMatchObject({ id });
  });

  it('a new row of a course, which its readers are served from then on', async () => {
    const { settings } = await lastgood.row(phase);
    const query = `courseId=${encodeURIComponent('a/b c"?')}`;
    expect((await lastgood.put(`${phase}?${query}`, settings, null)).status).toBe(201);
    expect((await lastgood.ask(`/api/v1/config/phases/stage_4?${query}`)).body).toMatchObject({
      courseId: 'a/b c"?',
    });
  });

  it('a whole panel: two judges swap places in one edit', async () => {
    const { settings, etag } = await lastgood.row('/admin/judges/en');
    const swapped = { ...settings, primary: settings.secondary, secondary: settings.primary };
    const answer = await lastgood.put('/admin/judges/en', swapped, etag);
    expect(answer.status).toBe(200);
    expect((await lastgood.row('/admin/judges/en')).etag).toBe(answer.headers.get('etag'));
    expect((await lastgood.row('/admin/judges/en')).settings).toEqual(swapped);
  });

  describe('removes', () => {
    const remove = (path: string, etag: string, query = 'reason=a+test') =>
      lastgood.ask<Published>(`${path}${path.includes('?') ? '&' : '?'}${query}`, {
        method: 'DELETE',
        as: 'admin',
        headers: { 'if-match': etag },
      });

    it('a row of a course, so that the global one answers again', async () => {
      const path = `${phase}?courseId=course-gone`;
      const { settings } = await lastgood.row(phase);
      const made = await lastgood.put(path, { ...settings, temperature: 0 }, null);
      const answer = await remove(path, made.headers.get('etag')!);
      expect(answer).toMatchObject({
        status: 200,
        body: {
          rowVersion: null,
          changes: [{ row: 'phases[stage_4/any/standard/course-gone]', kind: 'removed' }],
        },
      });
      expect((await read(path)).status).toBe(404);
      expect((await lastgood.ask(`/api/v1/config/phases/stage_4?courseId=course-gone`)).body).toMatchObject({
        courseId: null,
      });
    });

    it('a whole panel: its three judges at once', async () => {
      const { settings, etag } = await lastgood.row('/admin/judges/ru');
      const answer = await remove('/admin/judges/ru', etag);
      expect(answer.body.changes.map(({ row }) => row)).toEqual([
        'judges[ru].primary',
        'judges[ru].secondary',
        'judges[ru].tiebreaker',
      ]);
      expect((await lastgood.put('/admin/judges/ru', settings, null)).status).toBe(201);
    });

    it('a model that no row names; not one that is in use, each row of which is told: 422', async () => {
      const made = await lastgood.put('/admin/models/a/unused', aModel, null);
      expect((await remove('/admin/models/a/unused', made.headers.get('etag')!)).status).toBe(200);
      const { body } = await read<{ settings: { modelId: string } }>(phase);
      const used = `/admin/models/${body.settings.modelId}`;
      const answer = await remove(used, (await lastgood.row(used)).etag);
      expect(answer).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('is not among the models') },
      });
      expect(answer.text).toContain('phases[stage_4/any/standard].modelId');
    });

    it.each([
      ['no version', 428, {}],
      ['an older version', 412, { 'if-match': '"1"' }],
    ])('nothing for %s: %i', async (_, status, headers) => {
      const answer = await lastgood.ask(`${phase}?reason=a+test`, { method: 'DELETE', as: 'admin', headers });
      expect(answer.status).toBe(status);
    });

    it('nothing without a reason: 400', async () => {
      const { etag } = await lastgood.row(phase);
      expect(await remove(phase, etag, '')).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('reason') },
      });
    });
  });

  describe('waits for every living instance', () => {
    it('and counts them: 3/3 in so many milliseconds (OP-13)', async () => {
      const others = await Promise.all([
        TestApp.start({ beside: lastgood }),
        TestApp.start({ beside: lastgood }),
      ]);
      try {
        await pollUntil(async () => {
          const { body } = await read<{ instances: { isLive: boolean }[] }>('/admin/cluster');
          return body.instances.filter(({ isLive }) => isLive).length === 3;
        }, 'three instances have told of themselves');
        const { settings, etag } = await lastgood.row(phase);
        const answer = await lastgood.put<Published>(
          `${phase}?wait=1`,
          { ...settings, maxTokens: 777 },
          etag,
        );
        expect(answer.body.instances).toMatchObject({ serving: 3, live: 3, missing: [] });
        expect(answer.body.instances!.summary).toMatch(/^3\/3 in \d+ ms$/);
        for (const other of others) {
          expect((await other.ask('/api/v1/config/phases/stage_4')).body).toMatchObject({ maxTokens: 777 });
        }
      } finally {
        await Promise.all(others.map((other) => other.dispose()));
      }
    });

    it('and names those that do not serve it; one that has gone is not waited for', async () => {
      await lastgood.sql(`INSERT INTO lastgood.instances (id, name, state, applied, served, started_at, seen_at) VALUES
        (gen_random_uuid(), 'cut-off:1', 'degraded', '{}', '{"model-config": "x:1"}', now(), now()),
        (gen_random_uuid(), 'gone:2', 'ok', '{}', '{}', now(), now() - interval '1 minute')`);
      const { settings, etag } = await lastgood.row(phase);
      const answer = await lastgood.put<Published>(`${phase}?wait=1`, { ...settings, maxTokens: 778 }, etag);
      expect(answer.body.instances).toMatchObject({ serving: 1, live: 2, missing: ['cut-off:1'] });
      const cluster = await read<{ instances: { name: string; isLive: boolean; lag: object }[] }>(
        '/admin/cluster',
      );
      expect(cluster.body.instances).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: 'gone:2', isLive: false }),
          expect.objectContaining({
            name: expect.stringContaining(`:${process.pid}`),
            lag: { config: 0, access: 0, cache: 0, catalog: 0, prompts: 0 },
          }),
        ]),
      );
      await lastgood.sql('DELETE FROM lastgood.instances WHERE name IN ($1, $2)', ['cut-off:1', 'gone:2']);
    });
  });

  describe('lets a panel waive its independence, and no other rule (MC-14)', () => {
    it('with a reason that is shown wherever the panel is, and audited', async () => {
      const { settings, etag } = await lastgood.row('/admin/judges/en');
      const { body: row } = await read<{ settings: { modelId: string } }>(phase);
      const grading = {
        ...settings,
        primary: { ...settings.primary, modelId: row.settings.modelId, fallbackModelId: null },
      };
      expect((await lastgood.put('/admin/judges/en', grading, etag)).status).toBe(422);
      const independenceWaiver = 'no other model speaks it yet';
      const waived = await lastgood.put('/admin/judges/en', { ...grading, independenceWaiver }, etag);
      expect(waived.status).toBe(200);
      expect((await lastgood.row('/admin/judges/en')).settings).toMatchObject({ independenceWaiver });
      expect((await lastgood.ask('/api/v1/config/judges?language=en')).body).toMatchObject({
        independenceWaiver,
      });
      const { body } = await read<{ changes: { fields: object }[] }>(
        `/admin/history/${await lastgood.version()}/diff`,
      );
      expect(body.changes[0]!.fields).toMatchObject({
        independenceWaiver: { before: null, after: independenceWaiver },
      });
      const one = { ...grading, independenceWaiver, secondary: grading.primary };
      expect(await lastgood.put('/admin/judges/en', one, waived.headers.get('etag'))).toMatchObject({
        status: 422,
        body: { faults: [{ message: expect.stringContaining('distinct models') }] },
      });
      expect((await lastgood.put('/admin/judges/en', settings, waived.headers.get('etag'))).status).toBe(200);
    });
  });
});
