import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { FeedMisbehaviour } from './feed-misbehaviour.js';
import { headersOf, type ServedDocument } from './served-document.js';

export interface Serving {
  readonly document: ServedDocument;
  readonly asked: IncomingHttpHeaders;
  readonly response: ServerResponse;
  /** `null`: it behaves. */
  readonly mode: FeedMisbehaviour | null;
  /** Unix ms. */
  readonly now: number;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

const compress = {
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate-raw': deflateRawSync,
  br: brotliCompressSync,
};
const hugeBytes = 6_000_000;
const bombBytes = 100_000_000;
const html = { 'content-type': 'text/html' };

/** Answers a request in the way that was asked for; settled when nothing more will be sent. */
export async function serveDocument({ document, asked, response, mode, now, gone }: Serving): Promise<void> {
  const usual = headersOf(document, now);
  const { etag, 'last-modified': lastModified, ...bare } = usual;
  const isHeld = isSame(asked, etag, lastModified);
  const send = (body: string | Uint8Array, headers: object = usual) =>
    void response.writeHead(200, { ...headers }).end(body);
  const notModified = (headers: object) => void response.writeHead(304, { ...headers }).end();
  const behave = (headers: object = usual) => (isHeld ? notModified(headers) : send(document.text, headers));
  const page = (status: number, headers: object = {}) =>
    void response.writeHead(status, { ...html, ...headers }).end(`<h1>${status}</h1>`);

  if (mode === null) return behave();
  if (typeof mode === 'object') {
    switch (mode.kind) {
      case 'slow':
        await pause(mode.delayMs, undefined, { signal: gone, ref: false });
        return behave();
      case 'status':
        return page(mode.status, mode.headers);
      case 'rate-limited':
        return page(429, mode.retryAfter === undefined ? {} : { 'retry-after': String(mode.retryAfter) });
      case 'redirect':
        return page(mode.status ?? 302, { location: mode.to });
      case 'headers':
        return behave({ ...usual, ...mode.headers });
      case 'bytes':
        return send(mode.bytes, { ...usual, ...mode.headers });
      case 'compressed': {
        const encoding = mode.by === 'deflate-raw' ? 'deflate' : mode.by;
        return send(compress[mode.by](document.text), { ...usual, 'content-encoding': encoding });
      }
    }
  }
  switch (mode) {
    case 'hang':
      return;
    case 'drip':
      return drip(response.writeHead(200, usual), document.text, gone);
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'html':
      return send('<!doctype html><html><h1>Welcome</h1></html>', html);
    case 'cut':
      return send(document.text.slice(0, Math.ceil(document.text.length / 2)));
    case 'garbage':
      return send(Uint8Array.from({ length: 4_096 }, (_, at) => (at * 97 + 13) % 256));
    case 'huge':
      return send(Buffer.alloc(hugeBytes, ' '));
    case 'gzip-bomb':
      return send(gzipSync(Buffer.alloc(bombBytes, ' ')), { ...usual, 'content-encoding': 'gzip' });
    case 'no-validators':
      return send(document.text, bare);
    case 'never-not-modified':
      return send(document.text);
    case 'always-not-modified':
      return notModified(usual);
    case 'not-modified-of-another':
      return isHeld ? notModified({ ...usual, etag: '"another"' }) : send(document.text);
    case 'bare-not-modified':
      return isHeld ? notModified({}) : send(document.text);
  }
}

/** As RFC 9110 (13.2.2) has it: a date counts only where no tag is sent. */
function isSame(asked: IncomingHttpHeaders, etag: string, lastModified: string): boolean {
  const tags = asked['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(asked['if-modified-since'] ?? '');
  return Date.parse(lastModified) <= since;
}

async function drip(response: ServerResponse, text: string, gone: AbortSignal): Promise<void> {
  for (const byte of Buffer.from(text)) {
    response.write(Uint8Array.of(byte));
    await pause(1_000, undefined, { signal: gone, ref: false });
  }
  response.end();
}
