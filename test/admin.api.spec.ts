import type { Json } from './support/http-client.js';
import { TestApp, sampleDocument } from './support/test-app.js';

interface Row {
  readonly version: number;
  readonly updatedBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
const phase = '/admin/phases/stage_4';
const aModel = {
  displayName: 'New',
  family: 'new',
  maxContextTokens: 1_000,
  inputUsdPerMtok: 0,
  outputUsdPerMtok: 0,
};
const model = sampleDocument().models[1]!;

describe('the admin API (MC-15)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const read = <B>(path: string) => lastgood.ask<B>(path, { as: 'viewer' });

  describe('shows', () => {
    it('every phase row and every model, each with its version', async () => {
      const [{ body: rows }, { body: models }] = await Promise.all([
        read<{ phases: Row[] }>('/admin/phases'),
        read<{ models: Row[] }>('/admin/models'),
      ]);
      expect(rows.phases).toHaveLength(sampleDocument().phases.length);
      expect(models.models).toHaveLength(sampleDocument().models.length);
      for (const { version } of [...rows.phases, ...models.models]) expect(version).toBeGreaterThan(0);
    });

    it.each([
      ['/admin/phases/stage_4', { language: 'any', contextTier: 'standard', courseId: null }],
      [
        '/admin/phases/stage_5_sections?language=ru&tier=extended',
        { language: 'ru', contextTier: 'extended' },
      ],
      ['/admin/phases/narrative?courseId=course-demo', { courseId: 'course-demo' }],
      [`/admin/models/${model.id}`, { id: model.id }],
      [`/admin/models/${encodeURIComponent(model.id)}`, { id: model.id }],
      ['/admin/judges/ru', { language: 'ru' }],
    ])('%s, whose ETag is its version', async (path, expected) => {
      const { status, body, headers } = await read<Row>(path);
      expect({ status, body }).toMatchObject({ status: 200, body: expected });
      expect(headers.get('etag')).toBe(`"${body.version}"`);
    });

    it.each([
      ['/admin/phases/stage_4?language=ru', 'There is no row stage_4/ru/standard'],
      ['/admin/phases/stage_4?courseId=course-demo', 'There is no row stage_4/any/standard/course-demo'],
      ['/admin/judges/ru-RU', 'There is no judge panel for language "ru-RU"'],
      ['/admin/models/no/such', 'There is no model "no/such"'],
    ])(
      'only what is exactly named: %s is not found, though a reader would be served',
      async (path, detail) => {
        expect(await read(path)).toMatchObject({ status: 404, body: { code: 'config-not-found', detail } });
      },
    );
  });

  describe('refuses, and leaves everything as it was', () => {
    let version: number;
    let current: { settings: Json; etag: string };

    beforeEach(async () => {
      version = await lastgood.version();
      current = await lastgood.row(phase);
    });

    afterEach(async () => {
      expect(await lastgood.version()).toBe(version);
      expect(await lastgood.row(phase)).toEqual(current);
    });

    it('a change that does not say what it is made for: 428', async () => {
      const body = { settings: current.settings, reason: 'a test' };
      expect(await lastgood.ask(phase, { method: 'PUT', as: 'editor', body })).toMatchObject({
        status: 428,
        body: { code: 'precondition-required', detail: expect.stringContaining('If-Match') },
      });
    });

    it.each([
      [
        'an older version',
        (etag: string) => etag.replace(/\d+/, (at) => String(Number(at) - 1)),
        'is at version',
      ],
      ['a weak tag', (etag: string) => `W/${etag}`, 'no ETag of a row'],
      ['no tag at all', () => 'latest', 'no ETag of a row'],
      ['its absence', () => null, 'exists already'],
    ])('a change made for %s: 412', async (_, ifMatch, detail) => {
      const changed = { ...current.settings, maxTokens: 1 };
      expect(await lastgood.put(phase, changed, ifMatch(current.etag))).toMatchObject({
        status: 412,
        body: { code: 'version-conflict', detail: expect.stringContaining(detail) },
      });
    });

    it.each(['"1"', '*'])(
      'a change of what does not exist, whatever its name: 412 (If-Match: %s)',
      async (ifMatch) => {
        const answer = await lastgood.put('/admin/phases/terminated_by_timeout', current.settings, ifMatch);
        expect(answer).toMatchObject({
          status: 412,
          body: { detail: expect.stringContaining('does not exist') },
        });
      },
    );

    it.each([
      ['no reason', { reason: undefined }, ['reason']],
      ['a blank reason', { reason: '    ' }, ['reason']],
      ['no settings', { settings: undefined }, ['settings']],
      ['an unknown key', { note: 1 }, ['Unrecognized key: "note"']],
      ['a misspelt setting', { settings: { temprature: 1 } }, ['settings.temperature', '"temprature"']],
    ])('a body with %s, by its name: 400', async (_, change, names) => {
      const body = { settings: current.settings, reason: 'a test', ...change };
      const answer = await lastgood.put(phase, null, current.etag, { body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
      for (const name of names) expect(answer.body.detail).toContain(name);
    });

    it.each([
      ['that is cut off', '{"settings":', 400, 'bad-request'],
      ['that is empty', '', 400, 'bad-request'],
      ['that names a prototype', '{"__proto__":{}}', 400, 'bad-request'],
      ['of more than 256 KB', JSON.stringify({ reason: 'x'.repeat(256 * 1024) }), 413, 'payload-too-large'],
    ])('a body %s (OP-4)', async (_, body, status, code) => {
      const answer = await lastgood.put(phase, null, current.etag, { body });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer).toMatchObject({ status, body: { status, code, requestId: expect.any(String) } });
    });

    it('a body that is not JSON: 415', async () => {
      const headers = { 'content-type': 'application/xml' };
      expect(await lastgood.put(phase, null, current.etag, { body: '<a/>', headers })).toMatchObject({
        status: 415,
        body: { code: 'unsupported-media-type' },
      });
    });

    it('what breaks rules across rows, every fault at once: 422 (MC-14)', async () => {
      const wrong = { ...current.settings, modelId: 'no/such', fallbackModelId: 'z-ai/glm-4.6' };
      const answer = await lastgood.put<{ faults: { path: string }[] }>(phase, wrong, current.etag);
      expect(answer).toMatchObject({ status: 422, body: { code: 'config-invalid' } });
      expect(answer.body.faults.map(({ path }) => path)).toEqual(
        expect.arrayContaining([
          'phases[stage_4/any/standard].modelId',
          expect.stringMatching(/^judges\[any\]/),
          expect.stringMatching(/^judges\[ru\]/),
        ]),
      );
    });

    it('rules are told as rules whatever the rows are called: 422', async () => {
      const wrong = { ...current.settings, modelId: 'no/timeout' };
      expect((await lastgood.put('/admin/phases/on_timeout', wrong, null)).status).toBe(422);
    });

    it('what nobody foresaw, telling no more than its request id; the log has the rest, but not the values', async () => {
      const rename = (from: string, to: string) =>
        lastgood.sql(`ALTER TABLE lastgood.models RENAME COLUMN ${from} TO ${to}`);
      await rename('display_name', 'title');
      const answer = await lastgood.put('/admin/models/a/x', { ...aModel, family: 'kept-out' }, null);
      await rename('title', 'display_name');
      expect(answer).toMatchObject({
        status: 500,
        body: { code: 'internal', requestId: expect.any(String) },
      });
      expect(answer.text).not.toMatch(/column|models/);
      const lines = lastgood.logs.filter(({ requestId }) => requestId === answer.headers.get('x-request-id'));
      expect(lines).toEqual([expect.objectContaining({ level: 'error', route: '/admin/models/*' })]);
      expect(JSON.stringify(lines)).toContain('does not exist');
      expect(JSON.stringify(lastgood.logs)).not.toContain('kept-out');
    });

    it('a panel that is wrong in one judge only, as a whole', async () => {
      const before = await lastgood.row('/admin/judges/ru');
      const half = {
        ...before.settings,
        primary: { ...before.settings.primary, weight: 0.5 },
        secondary: { ...before.settings.secondary, modelId: 'google/gemini-2.5-flash' },
      };
      expect((await lastgood.put('/admin/judges/ru', half, before.etag)).status).toBe(422);
      const part = { primary: before.settings.primary };
      expect((await lastgood.put('/admin/judges/ru', part, before.etag)).status).toBe(400);
      expect(await lastgood.row('/admin/judges/ru')).toEqual(before);
    });

    it('a model that is retired while rows use it, each of them named: 422', async () => {
      const answer = await lastgood.edit(`/admin/models/${model.id}`, { status: 'retired' });
      expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('is retired') } });
      expect(answer.text).toContain('phases[stage_4/any/standard].fallbackModelId');
    });

    it.each(['a/self', 'no/such'])('a new model a/self that %s replaces: 422', async (replacementId) => {
      const answer = await lastgood.put('/admin/models/a/self', { ...aModel, replacementId }, null);
      expect(answer).toMatchObject({
        status: 422,
        body: { faults: [{ path: 'models[a/self].replacementId' }] },
      });
    });

    it.each([
      ['/admin/models/a/x', { ...aModel, displayName: 'a\u0000b' }, 'settings.displayName'],
      ['/admin/models/a/x', { ...aModel, family: 'a\nb' }, 'settings.family'],
      ['/admin/models/a/x', { ...aModel, displayName: 'a\ud800' }, 'settings.displayName'],
      ['/admin/models/a/x%00', aModel, 'a model id of the form vendor/name'],
      ['/admin/models/x', aModel, 'a model id of the form vendor/name'],
      [`${phase}?courseId=a%00`, null, 'courseId'],
    ])('what the database could not store: %s %j', async (path, settings, named) => {
      expect(await lastgood.put(path, settings ?? current.settings, null)).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining(named) },
      });
    });
  });
});
