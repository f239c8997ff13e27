import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';

/** When a client that lost its connection comes back. */
const retryMs = 1_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that buffers would hold every event back.
  'x-accel-buffering': 'no',
};

/** Takes the answer out of Fastify's hands, with the headers that the hooks gave it; `null` for HEAD, which is done. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): ServerResponse | null {
  reply.headers(headers).hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  if (request.method === 'HEAD') {
    raw.end();
    return null;
  }
  raw.write(`retry: ${retryMs}\n\n`);
  return raw;
}
