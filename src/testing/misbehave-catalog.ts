import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.js';
import { answerFault, type CatalogAnswer } from './catalog-answer.js';
import type { CatalogMisbehaviour } from './catalog-misbehaviour.js';

export interface CatalogServing {
  /** A good answer, as it is when it is sent. */
  readonly answer: () => CatalogAnswer;
  readonly response: ServerResponse;
  /** `null`: it behaves. */
  readonly mode: CatalogMisbehaviour | null;
  readonly clock: Pick<Clock, 'after'>;
}

/** Answers a request in the way that was asked for. */
export function misbehaveCatalog({ answer, response, mode, clock }: CatalogServing): void {
  const send = ({ status, contentType, body }: CatalogAnswer, headers: Record<string, string> = {}) =>
    void response
      .writeHead(status, {
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      })
      .end(body);
  if (mode === null) return send(answer());
  if (typeof mode === 'object') {
    if ('delayMs' in mode) {
      const cancel = clock.after(mode.delayMs, () => send(answer()));
      return void response.once('close', cancel);
    }
    if ('body' in mode) {
      const { status = 200, contentType = 'application/json', body } = mode;
      return send({ status, contentType, body });
    }
    return send(
      answerFault(mode.status),
      mode.retryAfter === undefined ? {} : { 'retry-after': mode.retryAfter },
    );
  }
  switch (mode) {
    case 'hang':
      return;
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'html':
      return send({
        status: 200,
        contentType: 'text/html',
        body: '<!doctype html><html><h1>Welcome</h1></html>',
      });
    case 'unauthorized':
      return send(answerFault(401));
    case 'broken-json': {
      const whole = answer();
      return send({ ...whole, status: 200, body: firstHalf(whole.body) });
    }
    case 'truncated':
      return truncate(response, answer());
  }
}

const firstHalf = (body: string | Uint8Array): Uint8Array => {
  const bytes = Buffer.from(body);
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
};

function truncate(response: ServerResponse, { contentType, body }: CatalogAnswer): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body) + 1),
  });
  response.write(firstHalf(body), () => response.socket?.destroySoon());
}
