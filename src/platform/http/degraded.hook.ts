import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DegradedState } from '../observability/index.js';

const labelled = /^\/(api\/v1\/config|admin)\//;
const namespace = 'model-config';

/** Puts `Degraded: model-config; age=<seconds>` on config and admin answers of a process that is not ok. */
export function degradedHook(state: DegradedState) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (!state.isOk() && labelled.test(request.url)) {
      const age = state.labels().get(namespace)?.age;
      reply.header('degraded', age === undefined ? namespace : `${namespace}; age=${Math.floor(age / 1000)}`);
    }
    done();
  };
}
