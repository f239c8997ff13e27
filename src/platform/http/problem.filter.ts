import { Catch, Inject, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/index.js';
import { retryAfterSeconds, toProblem } from './problem.js';

/** Every error leaves as `application/problem+json`. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const { id: requestId, trace, routeOptions } = request;
  const problem = toProblem(error, requestId, routeOptions.bodyLimit);
  if (problem.status >= 500 && problem.code === 'internal') {
    logger.error(
      { err: error, requestId, traceId: trace?.traceId, route: routeOptions.url },
      'unforeseen error',
    );
  }
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== null) reply.header('retry-after', retryAfter);
  if (problem.status === 401)
    reply.header('www-authenticate', 'Bearer realm="lastgood", Basic realm="lastgood"');
  return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
