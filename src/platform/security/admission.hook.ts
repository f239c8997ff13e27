import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator, Identity } from './authenticator.js';
import { authorize } from './authorize.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; `null` on open routes, `undefined` for whoever was not admitted yet. */
    identity: Identity | null | undefined;
  }
}

export interface AdmissionOptions {
  readonly authenticator: Authenticator;
  /** Answers a request that goes no further. */
  readonly refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Lets a request in before its body is read, and before anything else of it is looked at: 401 before 403, and both
 * before 400. By the route and not by the URL as it was written: `/%64ocs` leads to the documentation as well. What leads
 * nowhere is nobody's secret, and stays 404 for everybody.
 */
export function admissionHook({ authenticator, refuse }: AdmissionOptions): Hook {
  const admitLater = (admitted: Promise<Identity>, ...[request, reply, done]: Parameters<Hook>): void => {
    admitted.then(
      (identity) => {
        request.identity = identity;
        done();
      },
      (error: unknown) => refuse(error, request, reply),
    );
  };
  return (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url === undefined) return done();
    let identity: ReturnType<typeof authorize>;
    try {
      identity = authorize(authenticator, request.method, url, request.headers.authorization);
    } catch (error) {
      return refuse(error, request, reply);
    }
    if (identity instanceof Promise) return admitLater(identity, request, reply, done);
    request.identity = identity;
    done();
  };
}
