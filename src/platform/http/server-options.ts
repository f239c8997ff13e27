import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { answerClientError } from './client-error.js';
import { sendProblem } from './problem.filter.js';
import type { SecurityHeaders } from './security-headers.js';

/** Of one segment of a path that names something: a person's id has as many characters at most. */
const maxParamLength = 200;
const bodyLimitBytes = 256 * 1024;
/** All of a request, its body included, has to be here by then: 256 KB at 70 kbit/s. */
const requestTimeoutMs = 30_000;
/** Who sends headers by the letter holds a connection no longer than this. */
const headersTimeoutMs = 10_000;
/** How often node looks who is over time; its own default is as long as the longer of the two. */
const lookEveryMs = 2_000;
/** Longer than the 60 s of common load balancers, which would else reuse a connection that is just being closed. */
const keepAliveTimeoutMs = 72_000;
/** A connection on which nothing moves, be it because the client doesn't read its answer; above every deadline. */
const silenceMs = 120_000;

const acceptableRequestId = /^[A-Za-z0-9._-]{1,100}$/;

function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
}

/** How the HTTP server reads requests, and what it answers to those that reach no route. */
export function serverOptions(security: SecurityHeaders, logger: () => Logger) {
  return {
    // URLs that no router takes: they pass by Nest and by the hooks.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers({ ...security.api, 'x-request-id': request.id });
      sendProblem(error, request, reply, logger());
    },
    clientErrorHandler: (error: Error, socket: Socket) => answerClientError(error, socket, security.api),
    routerOptions: { maxParamLength },
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionTimeout: silenceMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: lookEveryMs },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    forceCloseConnections: 'idle',
    // Who is still connected while this process goes is still served.
    return503OnClosing: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']),
  } satisfies FastifyServerOptions & { http: object };
}
