import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SecurityHeaders } from './security-headers.js';
import { continueTrace, traceparentOf } from './trace.js';

/** Puts on every answer, refusals included, what it is found by and what a browser may do with it. */
export function commonHeadersHook(security: SecurityHeaders) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    request.trace = continueTrace(request.headers.traceparent);
    reply.header('x-request-id', request.id);
    reply.header('traceparent', traceparentOf(request.trace));
    // By the route: however `/docs` is spelt, the page needs its scripts.
    const isDocs = request.routeOptions.url?.startsWith('/docs') ?? false;
    reply.headers(isDocs ? security.docs : security.api);
    done();
  };
}
