import { pollUntil } from './support/poll-until.js';
import { TestApp, sampleDocument } from './support/test-app.js';

interface Meta {
  readonly meta: { readonly snapshotId: string; readonly version: number; readonly resolution?: unknown };
}

const base = '/api/v1/config';
const phase = `${base}/phases/stage_4`;
const routes = [
  `${base}/phases/stage_4?language=ru&tokenCount=100&courseId=course-demo`,
  `${base}/stages/4?language=ru`,
  `${base}/judges?language=ru`,
  `${base}/snapshot`,
];

describe('the configuration API (MC-13)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const ageMs = async () => (await lastgood.ask<{ meta: { ageMs: number } }>(phase)).body.meta.ageMs;
  const etagOf = async (path: string) => (await lastgood.ask(path)).headers.get('etag')!;

  describe('answers', () => {
    it('a phase with every column a node needs, and how far it may be trusted (MC-6)', async () => {
      const { status, body } = await lastgood.ask(`${base}/phases/stage_4?language=ru-RU`);
      expect(status).toBe(200);
      expect(body).toEqual({
        ...sampleDocument().phases.find((row) => row.phase === 'stage_4' && row.contextTier === 'standard'),
        version: expect.any(Number),
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        updatedBy: 'test',
        meta: {
          source: 'memory',
          reason: 'fresh',
          isStale: false,
          ageMs: expect.any(Number),
          version: await lastgood.version(),
          snapshotId: expect.any(String),
          resolution: ['ru-RU', 'ru', 'any'].flatMap((language) =>
            (language === 'any' ? ['standard'] : ['standard', 'extended']).map((contextTier) => ({
              phase: 'stage_4',
              courseId: null,
              language,
              contextTier,
              found: language === 'any',
            })),
          ),
        },
      });
    });

    // stage_4 has 128,000 tokens; ru keeps 25 % of a window free, any language 20 %.
    it.each([
      ['?tokenCount=102400', { contextTier: 'standard' }],
      ['?tokenCount=102401', { contextTier: 'extended' }],
      ['?tokenCount=96001&language=ru', { contextTier: 'extended' }],
      ['?tokenCount=0&language=ru', { contextTier: 'standard' }],
      ['?courseId=nobody', { courseId: null }],
    ])('the row that fits stage_4%s (MC-8)', async (query, expected) => {
      expect((await lastgood.ask(`${phase}${query}`)).body).toMatchObject(expected);
    });

    it("a course's own row before the global one (MC-8)", async () => {
      const { body } = await lastgood.ask(`${base}/phases/narrative?courseId=course-demo&language=ru`);
      expect(body).toMatchObject({ courseId: 'course-demo', language: 'any' });
    });

    it('a stage as the phase of its number', async () => {
      const [stage, same] = await Promise.all([lastgood.ask(`${base}/stages/4`), lastgood.ask(phase)]);
      expect({ ...stage.body, meta: null }).toEqual({ ...same.body, meta: null });
    });

    it('a panel as three judges of one language, that of any where the asked one has none', async () => {
      const { body } = await lastgood.ask(`${base}/judges?language=ru-RU`);
      const judge = { language: 'ru', weight: expect.any(Number), modelId: expect.any(String) };
      expect(body).toMatchObject({ language: 'ru', primary: judge, secondary: judge, tiebreaker: judge });
      expect((await lastgood.ask(`${base}/judges?language=fr`)).body).toMatchObject({ language: 'any' });
    });

    it('the snapshot with every row', async () => {
      const { body } = await lastgood.ask<Record<string, unknown[]>>(`${base}/snapshot`);
      const sample = sampleDocument();
      expect([body.models, body.phases, body.judges, body.reserves].map((rows) => rows!.length)).toEqual([
        sample.models.length,
        sample.phases.length,
        sample.judges.length * 3,
        sample.reserves.length,
      ]);
    });
  });

  describe('what was answered before is answered at the door', () => {
    const told = ({ headers, status }: { headers: Headers; status: number }) => {
      const { date, age, 'x-request-id': id, traceparent, ...rest } = Object.fromEntries(headers);
      return { status, names: [date, age, id, traceparent].map((each) => typeof each), rest };
    };

    it('with the headers, and the body but for its age, of the answer that the handler gave', async () => {
      const path = `${phase}?tokenCount=77`;
      const [first, second] = [await lastgood.ask<Meta>(path), await lastgood.ask<Meta>(path)];
      expect(told(second)).toEqual(told(first));
      const ageless = ({ body }: { body: Meta }) => ({ ...body, meta: { ...body.meta, ageMs: 0 } });
      expect(ageless(second)).toEqual(ageless(first));
    });

    it('to nobody who is not let in (OP-1)', async () => {
      await lastgood.ask(phase);
      const reply = await fetch(lastgood.url + phase);
      expect(reply.status).toBe(401);
      expect(await reply.text()).not.toContain('modelId');
    });
  });

  describe('says with each answer how to cache it', () => {
    it.each(routes)('%s has ETag, Age, Cache-Control and Cache-Status', async (path) => {
      const { headers, body } = await lastgood.ask<Meta>(path);
      expect(headers.get('etag')).toBe(`W/"${body.meta.snapshotId}"`);
      expect(headers.get('age')).toMatch(/^[0-5]$/);
      // RFC 5861: both windows; "no limit" is a year. An edit must be seen at once, so a client asks each time.
      expect(headers.get('cache-control')).toBe(
        'private, max-age=0, stale-while-revalidate=0, stale-if-error=31536000',
      );
      expect(headers.get('cache-status')).toMatch(/^lastgood; hit; ttl=(300|29\d); detail=fresh$/);
      expect(headers.get('degraded')).toBeNull();
    });

    it.each(routes)('%s is 304 without a body for the ETag that the client has', async (path) => {
      const etag = await etagOf(path);
      const { status, headers, text } = await lastgood.ask(path, { headers: { 'if-none-match': etag } });
      expect([status, text]).toEqual([304, '']);
      expect(headers.get('etag')).toBe(etag);
      for (const name of ['age', 'cache-control', 'cache-status'])
        expect(headers.get(name)).toEqual(expect.any(String));
    });

    it.each([
      ['the strong form of the tag', (tag: string) => tag.slice(2), 304],
      ['a list that holds it', (tag: string) => `"a", W/"b,c" ,${tag}`, 304],
      ['any', () => '*', 304],
      ['another tag', (tag: string) => tag.replace('"', '"1'), 200],
      ['a tag without its quotes', (tag: string) => tag.slice(3, -1), 200],
      ['nothing', () => '', 200],
    ])('If-None-Match with %s', async (_, ifNoneMatch, expected) => {
      const headers = { 'if-none-match': ifNoneMatch(await etagOf(phase)) };
      expect((await lastgood.ask(phase, { headers })).status).toBe(expected);
      expect((await lastgood.ask(phase, { headers, method: 'HEAD' })).status).toBe(expected);
    });

    it('an edit is seen by the very next read, ten times of ten, and changes the ETag', async () => {
      for (let temperature = 1; temperature <= 2; temperature += 0.1) {
        const before = await etagOf(phase);
        expect(await lastgood.edit('/admin/phases/stage_4', { temperature })).toMatchObject({
          status: 200,
          body: { served: true },
        });
        const after = await lastgood.ask(phase, { headers: { 'if-none-match': before } });
        expect(after).toMatchObject({ status: 200, body: { temperature } });
        expect(after.headers.get('etag')).not.toBe(before);
      }
    });

    it('grows no older than the poll that confirms it', async () => {
      await pollUntil(async () => (await ageMs()) > 500, 'half a second passed');
      await pollUntil(async () => (await ageMs()) < 100, 'a poll confirmed it');
      expect((await lastgood.ask(phase)).headers.get('age')).toBe('0');
    });
  });

  it('0, false and null survive from PUT through the database to GET (MC-12)', async () => {
    const nothing = {
      fallbackModelId: null,
      temperature: 0,
      qualityThreshold: 0,
      maxRetries: 0,
      timeoutMs: null,
      cacheReadEnabled: false,
    };
    await lastgood.edit('/admin/phases/stage_5?tier=extended', { temperature: 1, cacheReadEnabled: true });
    expect((await lastgood.edit('/admin/phases/stage_5?tier=extended', nothing)).status).toBe(200);
    expect(
      await lastgood.sql(
        `SELECT fallback_model_id AS "fallbackModelId", temperature, quality_threshold AS "qualityThreshold",
           max_retries AS "maxRetries", timeout_ms AS "timeoutMs", cache_read_enabled AS "cacheReadEnabled"
         FROM lastgood.phase_configs WHERE phase = 'stage_5' AND context_tier = 'extended' AND language = 'any'`,
      ),
    ).toEqual([nothing]);
    expect((await lastgood.ask(`${base}/phases/stage_5?tokenCount=999999999`)).body).toMatchObject(nothing);
  });

  describe('tells what is wrong as problem+json, with a code and the request id', () => {
    it.each([
      [`${base}/phases/stage_44`, 'phase "stage_44"'],
      [`${base}/phases/stagee_4?language=ru&courseId=c1`, 'phase "stagee_4", language "ru", course "c1"'],
      [`${base}/stages/44`, 'phase "stage_44"'],
    ])('%s is not found, and that is not called unavailable', async (path, named) => {
      const { status, headers, body, text } = await lastgood.ask(path);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect({ status, body }).toEqual({
        status: 404,
        body: {
          type: 'about:blank',
          title: 'Not found',
          status: 404,
          detail: `There is no configuration for ${named}`,
          code: 'config-not-found',
          requestId: headers.get('x-request-id'),
        },
      });
      expect(text).not.toMatch(/unavailable/i);
    });

    it.each([
      [`${base}/phases/Stage-4`, 'phase', 'a phase name: a-z, 0-9 and _, at most 100 characters'],
      [`${base}/stages/four`, 'stage', 'a whole number of at most 9 digits'],
      [`${base}/stages/-1`, 'stage', 'a whole number of at most 9 digits'],
      [`${phase}?tokenCount=1e3`, 'tokenCount', 'a whole number of at most 9 digits'],
      [`${phase}?tokenCount=`, 'tokenCount', 'a whole number of at most 9 digits'],
      [`${phase}?language=ru_RU`, 'language', 'a BCP 47 language tag such as "ru" or "ru-RU", or "any"'],
      [`${phase}?language=ru&language=en`, 'language', 'expected string, received array'],
      [`${phase}?courseId=${'x'.repeat(201)}`, 'courseId', '<=200 characters'],
      [`${base}/judges`, 'language', 'expected string, received undefined'],
      [`${base}/judges?language=r`, 'language', 'a BCP 47 language tag'],
    ])('%s is refused with the name and the limit of %s', async (path, parameter, limit) => {
      const { status, body } = await lastgood.ask(path);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'request-invalid',
        detail: expect.stringContaining(`${parameter}: `),
        faults: [{ path: parameter, message: expect.stringContaining(limit) }],
      });
    });

    it('two faults at once, an unknown parameter by its name', async () => {
      const { body } = await lastgood.ask(`${phase}?tokens=5&tokenCount=x`);
      expect(body).toMatchObject({
        faults: [{ path: 'tokenCount' }, { message: 'Unrecognized key: "tokens"' }],
      });
    });

    it.each([
      ['/nowhere', 404, 'not-found'],
      [`${base}/phases/%E0%A4%A`, 400, 'bad-request'],
      [`${base}/phases/${'x'.repeat(201)}`, 414, 'uri-too-long'],
    ])('%s, which no route takes', async (path, status, code) => {
      const answer = await lastgood.ask(path);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.headers.get('x-request-id')).toEqual(expect.any(String));
      expect(answer).toMatchObject({
        status,
        body: { status, code, requestId: answer.headers.get('x-request-id') },
      });
    });
  });

  describe('names each request', () => {
    it.each([phase, `${base}/phases/stage_44`, '/nowhere'])(
      'by the id that came with it: %s',
      async (path) => {
        const { headers } = await lastgood.ask(path, { headers: { 'x-request-id': 'caller-1.a_B' } });
        expect(headers.get('x-request-id')).toBe('caller-1.a_B');
      },
    );

    it.each(['', ' ', 'a b', 'x'.repeat(101), '<script>'])(
      'by one of its own in place of "%s"',
      async (id) => {
        const { headers } = await lastgood.ask(phase, { headers: { 'x-request-id': id } });
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      },
    );
  });
});
