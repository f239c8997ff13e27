import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Draining } from './draining.js';

/**
 * Tells clients of a process that is going to end to use another connection. It looks when the answer is sent: a
 * request that began before has to hear of it too, or the client's next one meets a connection that is being closed.
 */
export function farewellHook(draining: Draining) {
  return (_request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: () => void): void => {
    if (draining.hasBegun) reply.header('connection', 'close');
    done();
  };
}
