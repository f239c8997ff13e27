import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { KnownRoutes } from './known-routes.js';
import { sendProblem } from './problem.filter.js';

/**
 * Answers 405 with Allow where the path is known and the method is not; a path that nobody knows goes on to its 404.
 * It stands after every `onRequest` hook, so that these requests are counted and limited as others are.
 */
export function methodNotAllowedHook(routes: KnownRoutes, logger: Logger) {
  return (request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: () => void): void => {
    const methods = request.is404 ? routes.methodsOf(request.url) : [];
    if (methods.length === 0 || methods.includes(request.method)) return done();
    const error = new MethodNotAllowedException(`${request.method} is not among: ${methods.join(', ')}`);
    sendProblem(error, request, reply.header('allow', methods.join(', ')), logger);
  };
}
