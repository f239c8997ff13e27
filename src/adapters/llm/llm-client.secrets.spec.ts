import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { z } from 'zod';
import { createLogger } from '../../platform/observability/index.js';
import { SystemClock } from '../system/system-clock.js';
import { LlmClient } from './llm-client.js';

const canary = 'CANARY-4711';
const completion = (content: unknown, extra = {}) =>
  JSON.stringify({ choices: [{ finish_reason: 'stop', message: { content }, ...extra }] });

describe('an error of a call', () => {
  let upstream: Server;
  let status: number;
  let body: string;
  let client: LlmClient;
  beforeEach(async () => {
    upstream = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': canary }).end(body);
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
    client = new LlmClient({ baseUrl, apiKey: `key-${canary}`, clock: new SystemClock() });
  });
  afterEach(async () => {
    await client.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  const schema = z.strictObject({ title: z.literal('x') });
  const shown = async (): Promise<string> => {
    const request = { modelId: 'm', messages: [{ role: 'user' as const, content: canary }], temperature: 0 };
    const rules = { maxTokens: 1, timeoutMs: 5_000, maxRetries: 0, answer: { name: 'form', schema } };
    const error: unknown = await client.complete({ ...request, ...rules }).catch((thrown: unknown) => thrown);
    let log = '';
    createLogger('info', { write: (line) => void (log += line) }).error({ err: error }, 'failed');
    expect(log).toContain('llm-call-failed');
    return log + inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  };

  it.each([
    ['an error that quotes the prompt', 400, JSON.stringify({ error: { message: canary, code: canary } })],
    ['an error that quotes the key', 401, JSON.stringify({ error: { message: `key-${canary}` } })],
    ['a model that is gone', 404, JSON.stringify({ error: { message: canary } })],
    ['a limit', 429, canary],
    ['a page', 500, `<html>${canary}</html>`],
    ['what is no JSON', 200, `{"choices": ${canary}`],
    ['what is no answer', 200, JSON.stringify({ choices: canary })],
    ['a refusal', 200, completion(null, { message: { content: null, refusal: canary } })],
    ['text in place of a form', 200, completion(canary)],
    ['a form with keys of its own', 200, completion(JSON.stringify({ [canary]: canary }))],
    ['another value', 200, completion(JSON.stringify({ title: canary }))],
  ])('holds nothing of prompt, answer or key after %s (LE-2)', async (_, answered, text) => {
    status = answered;
    body = text;
    expect(await shown()).not.toContain(canary);
  });

  it('holds none of them where nobody answers (LE-2)', async () => {
    upstream.close();
    expect(await shown()).not.toContain(canary);
  });
});
