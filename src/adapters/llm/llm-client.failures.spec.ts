import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { LlmRig, question } from '../../../test/support/llm-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { LlmMisbehaviour } from '../../testing/llm-misbehaviour.js';
import { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { SystemClock } from '../system/system-clock.js';
import { noUsage } from './llm-answer.js';
import type { LlmFailure } from './llm-failure.js';
import { LlmClient } from './llm-client.js';

const maxAnswerBytes = 20_000;

describe('a call of a model that misbehaves (LE-9)', () => {
  let rig: LlmRig;
  let text: string;
  beforeEach(async () => {
    text = 'An answer.';
    rig = await LlmRig.start({ answer: () => text }, { maxAnswerBytes });
  });
  afterEach(() => rig.close());

  it.each<[string, LlmMisbehaviour]>([
    ['does not come', 'hang'],
    ['does not come after its headers', 'hang-after-headers'],
    ['comes byte by byte', 'drip'],
    ['comes too late', { kind: 'slow', delayMs: 20_000 }],
  ])('gives up an answer that %s at the deadline, and its connection (LE-2, LE-9)', async (_, mode) => {
    // The first call takes longer than a short deadline allows.
    await rig.ask();
    rig.upstream.behave(mode);
    const { failure, attempts } = await rig.failure({ timeoutMs: 300, maxRetries: 2 });
    expect([failure, attempts.map(({ outcome }) => outcome)]).toEqual(['timeout', ['timeout']]);
    await pollUntil(() => rig.upstream.calls[1]?.abandoned === true, 'the connection is closed');
  });

  it.each<LlmMisbehaviour>(['invalid-json', 'html', 'endless', 'hang-after-headers', 'reset'])(
    'does not know what it took where an answer was begun: %s (LE-8, LE-9)',
    async (mode) => {
      rig.upstream.behave(mode);
      expect((await rig.failure({ timeoutMs: 500 })).attempts).toMatchObject([{ usage: null }]);
    },
  );

  it('gives up an answer that never ends at the cap, and its connection (LE-2, LE-9)', async () => {
    rig.upstream.behave('endless');
    expect(await rig.failure({ maxRetries: 2 })).toMatchObject({
      failure: 'answer-too-large',
      message: 'Model "some/model": the answer exceeds 20000 bytes',
      attempts: [{ outcome: 'answer-too-large' }],
    });
    await pollUntil(() => rig.upstream.calls[0]?.abandoned === true, 'the connection is closed');
  });

  it('takes an answer as long as the cap allows, whatever stands in it (LE-2)', async () => {
    text = '…'.repeat(6_500);
    expect((await rig.ask()).value).toBe(text);
    text = '…'.repeat(6_667);
    expect((await rig.failure()).failure).toBe('answer-too-large');
  });

  it.each<[LlmFailure, LlmMisbehaviour]>([
    ['rate-limited', { kind: 'rate-limited' }],
    ['upstream-failed', 'fail'],
    ['upstream-failed', { kind: 'status', status: 503 }],
    ['upstream-failed', { kind: 'status', status: 408 }],
    ['upstream-failed', 'reset'],
    ['upstream-failed', 'invalid-json'],
    ['upstream-failed', 'html'],
    ['answer-invalid', 'no-choices'],
    ['answer-invalid', 'no-content'],
    ['answer-invalid', 'refusal'],
  ])('is %s by %j, tried again, and goes on when that is over (LE-9)', async (failure, mode) => {
    rig.upstream.behave(mode, { times: 1 });
    const { value, attempts } = await rig.ask({ maxRetries: 2 });
    expect([value, attempts.map(({ outcome }) => outcome)]).toEqual(['An answer.', [failure, 'ok']]);
    rig.upstream.behave(mode);
    expect((await rig.failure()).failure).toBe(failure);
  });

  it.each<[LlmFailure, LlmMisbehaviour, RegExp]>([
    ['refused', { kind: 'status', status: 400 }, /\(400\)$/],
    ['refused', { kind: 'status', status: 402 }, /\(402\)$/],
    ['refused', { kind: 'status', status: 307, headers: { location: '/v1/elsewhere' } }, /LLM_BASE_URL$/],
    ['unauthorized', { kind: 'status', status: 401 }, /\(401\): check LLM_API_KEY$/],
    ['refused', { kind: 'status', status: 403 }, /may not ask this, or not this model \(403\)$/],
    ['model-gone', 'retired', /no such model \(404 of \/v1\/chat\/completions\)$/],
  ])('is %s by %j, and not tried again (LE-2, LE-9)', async (failure, mode, message) => {
    rig.upstream.behave(mode);
    const error = await rig.failure({ maxRetries: 2 });
    expect(error).toMatchObject({
      code: 'llm-call-failed',
      failure,
      message: expect.stringMatching(message),
    });
    expect(error.attempts.map(({ outcome }) => outcome)).toEqual([failure]);
    expect(rig.upstream.calls).toHaveLength(1);
  });

  it('is refused where nothing is at the base URL, which marks no model (LE-1)', async () => {
    const client = new LlmClient({
      baseUrl: rig.upstream.url.replace('/v1', '/v2'),
      apiKey: 'the-key',
      clock: new SystemClock(),
    });
    for (let time = 0; time < 2; time++)
      await expect(client.complete(question)).rejects.toMatchObject({
        failure: 'refused',
        message: expect.stringContaining('/v2/chat/completions (404): check LLM_BASE_URL'),
        attempts: [{ outcome: 'refused' }],
      });
    await client.close();
  });

  describe('where no connection is made', () => {
    let client: LlmClient;
    const complete = (baseUrl: string, connectMs: number) => {
      client = new LlmClient({
        baseUrl,
        apiKey: 'k',
        clock: new SystemClock(),
        connectMs,
        backOffMs: 1,
      });
      return client.complete({ ...question, maxRetries: 1 });
    };
    afterEach(() => client.close());

    it('gives up one that does not come about, and tries again (LE-2)', async () => {
      const proxy = await TcpFaultProxy.start({ targetPort: 1 });
      await proxy.mode('black-hole');
      await expect(complete(`https://127.0.0.1:${proxy.port}/v1`, 150)).rejects.toMatchObject({
        failure: 'timeout',
        message: expect.stringContaining('no connection within 150 ms'),
        attempts: [
          { outcome: 'timeout', usage: noUsage },
          { outcome: 'timeout', usage: noUsage },
        ],
      });
      expect(proxy.accepted).toBe(2);
      await pollUntil(() => proxy.connections === 0, 'both are closed');
      await proxy.close();
    });

    it('fails at once where nobody listens, and tries again (LE-2)', async () => {
      const proxy = await TcpFaultProxy.start({ targetPort: 1 });
      await proxy.mode('refuse');
      await expect(complete(`http://127.0.0.1:${proxy.port}/v1`, 5_000)).rejects.toMatchObject({
        failure: 'upstream-failed',
        message: expect.stringContaining('ECONNREFUSED'),
        attempts: [{ usage: noUsage }, { usage: noUsage }],
      });
      await proxy.close();
    });
  });

  describe('that nobody wants any more', () => {
    it('is rejected with the reason at once, and its connection closed (LE-2)', async () => {
      rig.upstream.behave('hang-after-headers');
      const { signal, abort } = abortable();
      const asking = rig.ask({ signal });
      await rig.upstream.received(1);
      const reason = new Error('the job was cancelled');
      abort(reason);
      await expect(asking).rejects.toBe(reason);
      await pollUntil(() => rig.upstream.calls[0]?.abandoned === true, 'the connection is closed');
    });

    it('is rejected with the reason during a pause, and not asked for again (LE-2)', async () => {
      rig.upstream.behave({ kind: 'rate-limited', retryAfter: 8 });
      const { signal, abort } = abortable();
      const asking = rig.ask({ signal, maxRetries: 2 });
      await rig.upstream.received(1);
      abort('no longer');
      await expect(asking).rejects.toBe('no longer');
      expect(rig.upstream.calls).toHaveLength(1);
    });

    it('may be one of many under the same signal, which then holds nothing of them (LE-2)', async () => {
      const { signal, abort } = abortable();
      rig.upstream.behave('hang', { times: 20 });
      const asking = Array.from({ length: 20 }, () => rig.ask({ signal }));
      const ended = Promise.allSettled(asking);
      await rig.upstream.received(20);
      await rig.ask({ signal });
      expect(getEventListeners(signal, 'abort')).toHaveLength(20);
      abort('gone');
      expect(new Set((await ended).map(({ status }) => status))).toEqual(new Set(['rejected']));
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });

    it('is not begun where that is known before (LE-2)', async () => {
      await expect(rig.ask({ signal: AbortSignal.abort('too late') })).rejects.toBe('too late');
      expect(rig.upstream.calls).toEqual([]);
    });
  });

  it('counts what is unpacked, not what is sent (LE-2)', async () => {
    const packed = gzipSync(Buffer.alloc(10_000_000, ' '));
    const bomb = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed),
    );
    await once(bomb.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `http://127.0.0.1:${(bomb.address() as AddressInfo).port}`;
    const client = new LlmClient({ baseUrl, apiKey: 'k', clock: new SystemClock(), maxAnswerBytes });
    await expect(client.complete(question)).rejects.toMatchObject({ failure: 'answer-too-large' });
    await client.close();
    bomb.close();
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}
