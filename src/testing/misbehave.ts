import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { renderApiError, renderCompletion, type CompletionParts } from './llm-completion.js';
import type { LlmMisbehaviour } from './llm-misbehaviour.js';
import type { LlmUpstreamCall } from './llm-upstream-call.js';

const json = { 'content-type': 'application/json' };

export interface Misbehaving {
  readonly call: LlmUpstreamCall;
  readonly response: ServerResponse;
  /** `null`: it behaves. */
  readonly mode: LlmMisbehaviour | null;
  /** Of a good answer. */
  readonly text: () => Promise<string>;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

/** Answers a call in the way that was asked for; settled when nothing more will be sent. */
export async function misbehave({ call, response, mode, text, gone }: Misbehaving): Promise<void> {
  const answer = async (parts?: CompletionParts) => {
    const body = renderCompletion(call, await text(), parts);
    response.writeHead(200, json).end(body);
  };
  const fail = (status: number, code: string, headers = {}) =>
    void response.writeHead(status, { ...json, ...headers }).end(renderApiError('Rehearsed failure', code));

  if (mode === null) return answer();
  if (typeof mode === 'object') {
    switch (mode.kind) {
      case 'slow':
        await pause(mode.delayMs, undefined, { signal: gone, ref: false });
        return answer();
      case 'rate-limited':
        return fail(429, 'rate_limit_exceeded', retryAfterHeader(mode.retryAfter));
      case 'status':
        return fail(mode.status, 'rehearsed', mode.headers);
      case 'served-by':
        return answer({ model: mode.model });
    }
  }
  switch (mode) {
    case 'fail':
      return fail(500, 'server_error');
    case 'retired':
      return fail(404, 'model_not_found');
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'hang':
      return;
    case 'hang-after-headers':
      return response.writeHead(200, json).flushHeaders();
    case 'drip':
      return drip(response, renderCompletion(call, await text()), gone);
    case 'invalid-json': {
      const body = renderCompletion(call, await text());
      return void response.writeHead(200, json).end(body.slice(0, -20));
    }
    case 'html':
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><h1>Welcome</h1></html>');
    case 'endless':
      return flood(response.writeHead(200, json), gone);
    case 'no-choices':
      return answer({ hasChoices: false });
    case 'no-content':
      return answer({ content: null });
    case 'no-usage':
      return answer({ hasUsage: false });
    case 'refusal':
      return answer({ content: null, refusal: 'I would rather not.' });
    case 'wrong-form':
      return answer({ content: '["neither", "this"]' });
    case 'cut': {
      const whole = await text();
      return answer({ content: whole.slice(0, Math.ceil(whole.length / 2)), finishReason: 'length' });
    }
  }
}

const retryAfterHeader = (value: number | string | undefined) =>
  value === undefined ? {} : { 'retry-after': String(value) };

async function drip(response: ServerResponse, body: string, gone: AbortSignal): Promise<void> {
  response.writeHead(200, json);
  for (const byte of Buffer.from(body)) {
    response.write(Uint8Array.of(byte));
    await pause(1_000, undefined, { signal: gone, ref: false });
  }
  response.end();
}

/** As fast as it is taken, and no faster. */
async function flood(response: ServerResponse, gone: AbortSignal): Promise<void> {
  const blanks = Buffer.alloc(65_536, ' ');
  response.write('{"choices":');
  while (!gone.aborted) {
    if (!response.write(blanks)) await once(response, 'drain', { signal: gone });
  }
}
