import type { Answer, Json } from './support/http-client.js';
import { TestApp } from './support/test-app.js';

interface Published {
  readonly version: number;
}

const phase = '/admin/phases/stage_4';

describe('an answer is repeated by its Idempotency-Key (MC-18)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const headers = { 'idempotency-key': 'edit-of-a-test' };
  let settings: Json;
  let etag: string;
  let first: Answer<Published>;

  beforeAll(async () => {
    ({ settings, etag } = await lastgood.row(phase));
    first = await lastgood.put<Published>(phase, { ...settings, maxTokens: 901 }, etag, { headers });
  });

  it('though the precondition no longer holds, and changes nothing again', async () => {
    const version = await lastgood.version();
    const again = await lastgood.put<Published>(phase, { ...settings, maxTokens: 901 }, etag, { headers });
    expect(again).toMatchObject({ status: 200, body: { ...first.body, replayed: true } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await lastgood.version()).toBe(version);
  });

  it('to as many as ask at the same moment: one change', async () => {
    const { etag: now } = await lastgood.row(phase);
    const version = await lastgood.version();
    const ask = () =>
      lastgood.put<Published>(phase, { ...settings, maxTokens: 902 }, now, {
        headers: { 'idempotency-key': 'ten-at-once' },
      });
    const answers = await Promise.all(Array.from({ length: 10 }, ask));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([version + 1]));
    expect(await lastgood.version()).toBe(version + 1);
  });

  it('not for another request: 422', async () => {
    const answer = await lastgood.put(phase, { ...settings, maxTokens: 903 }, etag, { headers });
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it("not to another caller: the key is each caller's own", async () => {
    const answer = await lastgood.put(phase, { ...settings, maxTokens: 901 }, etag, {
      headers,
      as: 'editor',
    });
    expect(answer.status).toBe(412);
  });

  it('not where the change was refused: mended, it is made', async () => {
    const key = { headers: { 'idempotency-key': 'refused-first' } };
    const { etag: now } = await lastgood.row(phase);
    expect((await lastgood.put(phase, { ...settings, maxTokens: 904 }, '"1"', key)).status).toBe(412);
    expect((await lastgood.put(phase, { ...settings, maxTokens: 904 }, now, key)).status).toBe(200);
  });

  it.each(['', ' ', 'x'.repeat(256), 'é'])(
    'a key of another form is refused by its name: 400 (%j)',
    async (key) => {
      const answer = await lastgood.put(phase, settings, etag, {
        headers: { 'idempotency-key': encodeURI(key) === key ? key : 'a b' },
      });
      expect(answer).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('Idempotency-Key') },
      });
    },
  );
});
