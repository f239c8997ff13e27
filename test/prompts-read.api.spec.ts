import { SignJWT } from 'jose';
import { epochSql } from '../src/adapters/postgres/epoch-sql.js';
import type {
  GeneratedPromptAnswer,
  PromptBatchAnswer,
  PromptDataAnswer,
} from '../src/features/prompts/prompt/prompt-wire.js';
import type { Answer, Ask, Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { markRemoved, putLabel, putSettings, putTemplate } from './support/prompt-rows.js';
import { TestApp } from './support/test-app.js';
import { audience, claimsOf, issuer, type Claims } from './support/token-issuer.js';

const secret = 'a secret of the test, 32 bytes and more';
const marker = 'PLUM-PUDDING';

describe('prompts by HTTP (PR-2, PR-3)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start({
      env: { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_SECRET: secret },
    });
    await putTemplate(lastgood, {
      node: 'a_greeting',
      system: 'Speak {{ tone }}ly.',
      body: 'Dear {{ name }}, of {{ town }}!',
    });
    await putTemplate(lastgood, {
      node: 'a_greeting',
      version: 2,
      body: 'Hi {{ name }}!',
      labels: ['staging'],
    });
    await putTemplate(lastgood, { node: 'a_greeting', language: 'de', body: 'Hallo {{ name }}!' });
    await putSettings(lastgood, '42', { tone: 'soft', town: 'Perth', hobby: marker });
    await putSettings(lastgood, 'ann', { tone: 'loud', town: 'Wick' });
  });
  afterAll(() => lastgood.dispose());

  const post = <B = Json>(path: string, body: unknown, ask: Ask = {}, app = lastgood): Promise<Answer<B>> =>
    app.ask<B>(`/api/v1/${path}`, { method: 'POST', body, ...ask });
  const data = (body: object, ask: Ask = {}, app = lastgood) =>
    post<PromptDataAnswer>('prompt-data', { node_name: 'a_greeting', ...body }, ask, app);
  const generate = (body: object, ask: Ask = {}) =>
    post<GeneratedPromptAnswer>('generate-prompt', { node_name: 'a_greeting', ...body }, ask);
  const batch = (requests: unknown, ask: Ask = {}) =>
    post<PromptBatchAnswer>('prompt-data/batch', { requests }, ask);
  const bearer = async (claims: Claims): Promise<Ask> => {
    const token = await new SignJWT(claimsOf(claims))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret));
    return { as: null, headers: { authorization: `Bearer ${token}` } };
  };

  it('answers what a prompt is made of, with what the template uses of what the person set (PR-3)', async () => {
    const { status, body, headers } = await data({ user_id: 42 });
    expect(status).toBe(200);
    expect(body).toEqual({
      node_name: 'a_greeting',
      language: 'any',
      label: 'production',
      template_version: 1,
      template: 'Dear {{ name }}, of {{ town }}!',
      system: 'Speak {{ tone }}ly.',
      user_placeholders: { tone: 'soft', town: 'Perth' },
      required_dynamic_placeholders: ['name'],
      cache_ttl: 3_600,
      allow_stale: false,
      mode: 'local',
      meta: { source: expect.any(String), reason: 'fresh', is_stale: false, age_ms: expect.any(Number) },
    });
    expect(headers.get('cache-control')).toBe(
      'private, max-age=0, stale-while-revalidate=0, stale-if-error=0',
    );
    expect(headers.get('cache-status')).toMatch(/^lastgood; .*detail=fresh$/);
    expect(Number(headers.get('age'))).toBeGreaterThanOrEqual(0);
  });

  it('answers 304 to who has it already, until anything but the age is another (PR-3)', async () => {
    const etag = (await data({ user_id: 'ann' })).headers.get('etag')!;
    const again = (extra: object = {}) =>
      data({ user_id: 'ann', ...extra }, { headers: { 'if-none-match': `"x", ${etag}` } });
    const { status, text, headers } = await again();
    expect({ status, text, etag: headers.get('etag') }).toEqual({ status: 304, text: '', etag });
    expect(headers.get('cache-status')).toContain('detail=fresh');
    expect((await again({ user_id: 42 })).status).toBe(200);
    expect((await again({ label: 'staging' })).status).toBe(200);
    await putSettings(lastgood, 'ann', { town: 'Skye' });
    await pollUntil(async () => (await again()).status === 200, 'the setting is seen');
    expect((await again()).body.user_placeholders).toEqual({ tone: 'loud', town: 'Skye' });
  });

  it('renders a prompt, which nobody is to keep (PR-2)', async () => {
    const { status, body, headers } = await generate({ user_id: '42', context: { name: '{{ town }}' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      prompt: 'Dear {{ town }}, of Perth!',
      system: 'Speak softly.',
      used_placeholders: ['name', 'tone', 'town'],
      template_version: 1,
      meta: { is_stale: false },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, object, number, string]>([
    ['a missing placeholder', { user_id: '42', context: {} }, 422, 'prompt-placeholders-missing'],
    ['what a person has not set', { context: { name: 'x' } }, 422, 'prompt-placeholders-missing'],
    [
      'an override of what a person set',
      { user_id: '42', context: { name: 'x', town: 'y' } },
      422,
      'prompt-placeholder-conflict',
    ],
    ['a context over 1 MB', { context: { name: 'x'.repeat(1_048_577) } }, 413, 'prompt-too-large'],
    ['a node that does not exist', { node_name: 'no_node', context: {} }, 404, 'prompt-not-found'],
  ])('says what is wrong with %s', async (_, body, status, code) => {
    const answer = await generate(body);
    expect([answer.status, (answer.body as unknown as Json).code]).toEqual([status, code]);
  });

  it('takes a context whose characters are all escaped, and no larger body (PR-9)', async () => {
    const escaped = (length: number) =>
      `{"node_name":"a_greeting","label":"staging","context":{"name":"${'\\u0041'.repeat(length)}"}}`;
    const sent = (body: string) => lastgood.ask('/api/v1/generate-prompt', { method: 'POST', body });
    const { status, text } = await sent(escaped(1_048_572));
    expect(status).toBe(200);
    expect(text).toContain(`"prompt":"Hi ${'A'.repeat(1_048_572)}!"`);
    expect((await sent(escaped(1_300_000))).status).toBe(413);
  });

  it.each<[string, unknown, string]>([
    ['no node', {}, 'node_name'],
    ['a name that no node has', { node_name: 'A node' }, 'node_name'],
    ['a field nobody knows', { node_name: 'a_greeting', user: 1 }, 'user'],
    ['a user that no integer can tell', { node_name: 'a_greeting', user_id: 2 ** 53 }, 'user_id'],
    ['a user of spaces', { node_name: 'a_greeting', user_id: ' ' }, 'user_id'],
    ['a user beyond 64 bits', { node_name: 'a_greeting', user_id: '9223372036854775808' }, 'user_id'],
    ['no language', { node_name: 'a_greeting', language: 'de/../x' }, 'language'],
    ['a label with a slash', { node_name: 'a_greeting', label: 'a/b' }, 'label'],
  ])('refuses %s, and names the field', async (_, body, field) => {
    const { status, body: problem } = await post('prompt-data', body);
    expect(status).toBe(400);
    expect(problem.code).toBe('request-invalid');
    expect(problem.detail).toContain(field);
  });

  it.each(['9223372036854775807', '-9223372036854775808', 'a@b', 'Ω', '../../etc'])(
    'reads the settings of "%s"',
    async (userId) => {
      await putSettings(lastgood, userId, { town: `of ${userId}` });
      const { body } = await data({ user_id: userId });
      expect(body.user_placeholders).toEqual({ town: `of ${userId}` });
    },
  );

  it('falls back to a less specific language, and says which it found', async () => {
    const found = async (language: string) => {
      const { body } = await data({ language });
      return [body.language, body.template];
    };
    expect(await found('de-AT')).toEqual(['de', 'Hallo {{ name }}!']);
    expect(await found('de-at')).toEqual(['de', 'Hallo {{ name }}!']);
    expect(await found('fr')).toEqual(['any', 'Dear {{ name }}, of {{ town }}!']);
  });

  it('serves a label of its own, and a label that nobody gave is not found', async () => {
    expect((await data({ label: 'staging' })).body.template_version).toBe(2);
    expect((await data({ label: 'canary' })).status).toBe(404);
    await putLabel(lastgood, { node: 'a_greeting', label: 'canary', version: 2 });
    await pollUntil(async () => (await data({ label: 'canary' })).status === 200, 'the label is seen');
  });

  it('says where a node is to be rendered, by share of its people, and changes it at run time (PR-4)', async () => {
    const share = (value: number) =>
      lastgood.sql(
        `INSERT INTO lastgood.prompt_modes (node_name, local_share) VALUES ('a_greeting', $1)
         ON CONFLICT (node_name) DO UPDATE SET local_share = excluded.local_share`,
        [value],
      );
    const isMode = (mode: string) => async () => (await data({ user_id: '42' })).body.mode === mode;
    await share(0);
    await pollUntil(isMode('remote'), 'the node is rendered remotely');
    await share(1);
    await pollUntil(isMode('local'), 'it is rendered locally again');
  });

  describe('a person’s settings', () => {
    it('are read by their own token, by an admin and by services, and by no other person', async () => {
      const status = async (claims: Claims, userId: unknown) =>
        (await data({ user_id: userId }, await bearer({ role: 'client', ...claims }))).status;
      expect(await status({ sub: 'ann' }, 'ann')).toBe(200);
      expect(await status({ sub: '42' }, 42)).toBe(200);
      expect(await status({ sub: 'ann' }, null)).toBe(200);
      expect(await status({ sub: 'ann' }, '42')).toBe(403);
      expect(await status({ sub: 'ann' }, 'nobody-at-all')).toBe(403);
      expect(await status({ sub: 'ann', role: 'editor' }, '42')).toBe(403);
      expect(await status({ sub: 'ann', role: 'admin' }, '42')).toBe(200);
      expect((await data({ user_id: '42' }, { as: 'viewer' })).status).toBe(200);
    });

    it('are refused before it is looked whether there is such a template', async () => {
      const ann = await bearer({ role: 'client', sub: 'ann' });
      expect((await data({ node_name: 'no_node', user_id: '42' }, ann)).status).toBe(403);
      expect((await generate({ user_id: '42', context: {} }, ann)).status).toBe(403);
    });

    it('are refused in a batch one by one', async () => {
      const ann = await bearer({ role: 'client', sub: 'ann' });
      const requests = ['ann', '42', null].map((user_id) => ({ node_name: 'a_greeting', user_id }));
      const { body } = await batch(requests, ann);
      expect(body.results.map(({ status }) => status)).toEqual([200, 403, 200]);
      expect(body.results[1]).toEqual({
        status: 403,
        problem: { code: 'forbidden', detail: expect.any(String) },
      });
    });
  });

  describe('a batch (PR-3)', () => {
    it('answers 100 requests in their order, the same ones again included, whatever becomes of others', async () => {
      const requests = Array.from({ length: 100 }, (_, index) => ({
        node_name: index % 10 === 3 ? 'no_node' : 'a_greeting',
        user_id: index % 2 === 0 ? 42 : 'ann',
        label: index % 4 < 2 ? 'production' : 'staging',
      }));
      const { status, body } = await batch(requests);
      expect(status).toBe(200);
      const alone = await Promise.all(requests.slice(0, 20).map((each) => data(each)));
      const [meta, detail] = [expect.anything(), expect.any(String)];
      const expected = alone.map(({ status: one, headers, body: answer }) =>
        one === 200
          ? { status: 200, etag: headers.get('etag'), data: { ...answer, meta } }
          : { status: 404, problem: { code: 'prompt-not-found', detail } },
      );
      expect(body.results).toEqual(requests.map((_, index) => expected[index % 20]));
      expect(body.results.filter((each) => each.status === 404)).toHaveLength(10);
    });

    it('is of the version that it asks for, or refused one by one (CO-15)', async () => {
      const requests = [{ node_name: 'a_greeting', user_id: 'ann' }];
      const of = (version: string) => batch(requests, { headers: { 'x-min-version': version } });
      const [now] = await lastgood.sql<{ epoch: string; version: number }>(
        `SELECT ${epochSql} AS epoch, version::float8 AS version FROM lastgood.change_counter c WHERE stream = 'prompts'`,
      );
      const { epoch, version } = now!;
      expect((await of(`${epoch}:${version}`)).body.results).toMatchObject([{ status: 200 }]);
      const { body } = await of(`${epoch}:${version + 1}`);
      expect(body.results).toMatchObject([{ status: 503, problem: { code: 'version-not-reached' } }]);
      expect((await of('x')).status).toBe(400);
    });

    it.each([0, 101])('of %p requests is refused', async (length) => {
      const requests = Array.from({ length }, () => ({ node_name: 'a_greeting' }));
      const { status, body } = await batch(requests);
      expect([status, (body as unknown as Json).code]).toEqual([400, 'request-invalid']);
    });

    it('with one that has not the form is refused, and says which', async () => {
      const { status, text } = await batch([{ node_name: 'a_greeting' }, { node_name: 1 }]);
      expect(status).toBe(400);
      expect(text).toContain('requests.1.node_name');
    });
  });

  it('does not find a removed template any more (PR-8)', async () => {
    await putTemplate(lastgood, { node: 'a_farewell' });
    expect((await data({ node_name: 'a_farewell' })).status).toBe(200);
    await markRemoved(lastgood, 'a_farewell');
    const isGone = async () => (await data({ node_name: 'a_farewell' })).status === 404;
    await pollUntil(isGone, 'it is not found');
  });

  it('writes nothing of a prompt into the log (PR-9)', async () => {
    await generate({ user_id: '42', context: { name: marker, town: marker } });
    await generate({ user_id: '42', context: { [marker]: 1 } });
    await data({ user_id: '42' });
    await post('prompt-data', { node_name: 'a_greeting', label: marker });
    const log = JSON.stringify(lastgood.logs);
    expect(log).not.toContain(marker);
    expect(log).not.toContain('Dear');
  });
});
