import { pollUntil } from '../../test/support/poll-until.js';
import type { LlmMisbehaviour } from './llm-misbehaviour.js';
import { LlmUpstream } from './llm-upstream.js';

describe('LlmUpstream (LE-9)', () => {
  let upstream: LlmUpstream;
  beforeEach(async () => {
    upstream = await LlmUpstream.start({ apiKey: 'k', answer: ({ model }) => `I am ${model}` });
  });
  afterEach(() => upstream.close());

  const post = (model = 'm', init: RequestInit = {}) =>
    fetch(`${upstream.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: 'Grüße' }],
        temperature: 0,
        max_tokens: 9,
        response_format: { type: 'json_schema', json_schema: { name: 'form', schema: { type: 'object' } } },
      }),
      ...init,
    });
  const statusOf = async (model?: string) => {
    const response = await post(model);
    await response.arrayBuffer();
    return response.status;
  };

  it('answers as the API does, and counts a token for four bytes', async () => {
    const response = await post();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'I am m' } }],
      usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
    });
  });

  it('remembers what it was asked', async () => {
    const before = Date.now();
    await statusOf();
    expect(upstream.calls).toEqual([
      {
        model: 'm',
        messages: [{ role: 'user', content: 'Grüße' }],
        temperature: 0,
        maxTokens: 9,
        form: { name: 'form', schema: { type: 'object' } },
        isAuthorized: true,
        headers: expect.objectContaining({ authorization: 'Bearer k' }),
        receivedAt: expect.any(Number),
        abandoned: false,
      },
    ]);
    expect(upstream.calls[0]!.receivedAt).toBeGreaterThanOrEqual(before);
  });

  it('refuses another key, and what is not the API', async () => {
    expect((await post('m', { headers: { authorization: 'Bearer other' } })).status).toBe(401);
    expect((await fetch(`${upstream.url}/models`)).status).toBe(404);
    expect(upstream.calls.map(({ isAuthorized }) => isAuthorized)).toEqual([false]);
  });

  it('misbehaves for one model, for so many calls, and in the order that was said', async () => {
    upstream.behave('fail', { model: 'a', times: 1 });
    upstream.behave('retired', { model: 'a', times: 1 });
    upstream.behave({ kind: 'status', status: 418 }, { times: 2 });
    expect([await statusOf('b'), await statusOf('a'), await statusOf('a')]).toEqual([418, 500, 404]);
    expect([await statusOf('a'), await statusOf('a')]).toEqual([418, 200]);
  });

  it('misbehaves until it is healed, where nothing else was said', async () => {
    upstream.behave('fail');
    expect([await statusOf(), await statusOf()]).toEqual([500, 500]);
    upstream.heal();
    expect(await statusOf()).toBe(200);
  });

  it.each<[LlmMisbehaviour, unknown]>([
    ['no-choices', { choices: [], usage: { prompt_tokens: 2 } }],
    ['no-content', { choices: [{ message: { content: null } }] }],
    ['refusal', { choices: [{ message: { content: null, refusal: expect.any(String) } }] }],
    ['wrong-form', { choices: [{ message: { content: '["neither", "this"]' } }] }],
    ['cut', { choices: [{ finish_reason: 'length', message: { content: 'I a' } }] }],
    [{ kind: 'served-by', model: 'other' }, { model: 'other' }],
    [{ kind: 'slow', delayMs: 20 }, { model: 'm' }],
  ])('answers 200 in the way of %j', async (mode, body) => {
    upstream.behave(mode);
    expect(await (await post()).json()).toMatchObject(body as object);
  });

  it('says for how long to wait', async () => {
    upstream.behave({ kind: 'rate-limited', retryAfter: 3 });
    const response = await post();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('answers without usage, with half of a JSON, and with a page', async () => {
    upstream.behave('no-usage', { times: 1 });
    expect(await (await post()).json()).not.toHaveProperty('usage');
    upstream.behave('invalid-json', { times: 1 });
    expect(await (await post()).text()).toMatch(/^\{"id".*[^}]$/);
    upstream.behave('html', { times: 1 });
    expect((await post()).headers.get('content-type')).toBe('text/html');
  });

  it('resets the connection, which nobody abandoned', async () => {
    upstream.behave('reset');
    await expect(post()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(upstream.calls).toEqual([expect.objectContaining({ abandoned: false })]);
  });

  it('floods whoever reads, and stops when they leave', async () => {
    upstream.behave('endless');
    const reader = (await post()).body!.getReader();
    for (let read = 0; read < 100;) read += (await reader.read()).value!.byteLength > 0 ? 1 : 0;
    await reader.cancel();
    await pollUntil(() => upstream.calls[0]!.abandoned, 'the client is missed');
  });

  it.each<LlmMisbehaviour>(['hang', 'hang-after-headers', 'drip', { kind: 'slow', delayMs: 60_000 }])(
    'keeps whoever waits for %j waiting, and notices that they leave',
    async (mode) => {
      upstream.behave(mode);
      const patience = new AbortController();
      const asking = post('m', { signal: patience.signal }).then((response) => response.text());
      const ended = asking.catch((error: unknown) => (error as Error).name);
      await upstream.received(1);
      patience.abort();
      expect(await ended).toBe('AbortError');
      await pollUntil(() => upstream.calls[0]!.abandoned, 'the client is missed');
    },
  );

  it('says what is wrong with the answers that it is to give', async () => {
    await upstream.close();
    upstream = await LlmUpstream.start({
      answer: () => {
        throw new Error('No such scene');
      },
    });
    const response = await post();
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('No such scene')]);
  });

  it('closes under whoever still waits, and closes once', async () => {
    upstream.behave('hang');
    const asking = post();
    const ended = asking.catch((error: unknown) => (error as Error).message);
    await upstream.received(1);
    await Promise.all([upstream.close(), upstream.close()]);
    expect(await ended).toBe('fetch failed');
  });
});
