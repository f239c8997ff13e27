import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf } from './problem.js';

/** What could not be read of a connection, as node tells it. */
interface ReadError extends Error {
  readonly code?: string;
}

function told({ code }: ReadError): readonly [status: number, detail: string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'The request did not arrive in time'];
    case 'HPE_HEADER_OVERFLOW':
      return [431, `Request line and headers may have at most ${maxHeaderSize} bytes together`];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return [413, 'The extensions of a chunk are too long'];
    case 'HPE_INVALID_METHOD':
      return [400, 'There is no such method'];
    default:
      return [400, 'This cannot be read as a request of HTTP/1.1'];
  }
}

/**
 * Answers what never became a request, and so passes by every hook, with a problem as all others get; then the
 * connection ends, because nobody knows where on it the next request would begin.
 */
export function answerClientError(
  error: ReadError,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // An answer to an earlier request is on its way: a second one would stand in the middle of it.
  if (!socket.writable || answerUnderWay(socket)?.headersSent) {
    socket.destroy();
    return;
  }
  const [status, detail] = told(error);
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(status, detail, requestId));
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  socket.destroySoon();
}

/** Node's own handler looks here too; there is no other way to know. */
const answerUnderWay = (socket: Socket) =>
  Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined;
