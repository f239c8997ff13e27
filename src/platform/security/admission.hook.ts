import type { FastifyReply, FastifyRequest } from 'fastify';
import { UnauthorizedError } from './access.error.js';
import type { AdminThrottle } from './admin-throttle.js';
import type { Authenticator } from './authenticator.js';
import type { Identity } from './identity.js';
import { isAdminRoute } from './is-admin-route.js';
import { admit, authorize } from './authorize.js';
import type { BreakGlassService } from './break-glass.service.js';
import { accessFor, type Access } from './role-table.js';
import type { BreakGlassJournal } from '../audit/index.js';
import { clientIp, networkOf } from '../client/index.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; `null` on open routes, `undefined` for whoever was not admitted yet. */
    identity: Identity | null | undefined;
    /** Who it is, admitted or not, where that was asked. */
    caller: Identity | undefined;
  }
}

export interface AdmissionOptions {
  readonly authenticator: Authenticator;
  readonly breakGlass: BreakGlassService;
  readonly journal: BreakGlassJournal;
  readonly throttle: AdminThrottle;
  /** Answers a request that goes no further. */
  readonly refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Lets a request in before its body is read, and before anything else of it is looked at: 429 before 401 before 403, and
 * all of them before 400. By the route and not by the URL as it was written: `/%64ocs` leads to the documentation as well.
 * What leads nowhere is nobody's secret, and stays 404 for everybody.
 */
export function admissionHook(options: AdmissionOptions): Hook {
  const { authenticator, breakGlass, journal, throttle, refuse } = options;
  const authorizeNow = ({ method, headers }: FastifyRequest, url: string) =>
    authorize(authenticator, method, url, headers.authorization);

  /** The address pays before anybody knows who it is, so that keys cannot be guessed faster than that. */
  const payTwice = async (
    request: FastifyRequest,
    reply: FastifyReply,
    identify: (header: string) => Identity | null | Promise<Identity | null>,
  ): Promise<Identity> => {
    const until = throttle.begin(reply);
    await throttle.take('address', networkOf(clientIp(request)), until, reply);
    const identity = await identify(request.headers.authorization ?? '');
    if (identity === null) throw new UnauthorizedError();
    request.caller = identity;
    await throttle.take('identity', identity.id, until, reply);
    return identity;
  };

  const authorizeThrottled = async (request: FastifyRequest, reply: FastifyReply, url: string) => {
    await payTwice(request, reply, (header) => authenticator.identify(header));
    return authorizeNow(request, url);
  };

  /** With a break-glass key every route is limited as admin's are, and each call is on record before it is let in. */
  const authorizeBreakGlass = async (
    request: FastifyRequest,
    reply: FastifyReply,
    access: Exclude<Access, 'open'> | null,
  ) => {
    const { method, routeOptions, id: requestId } = request;
    const identity = await payTwice(request, reply, (header) => breakGlass.identify(header));
    admit(identity, access);
    const call = { actorId: identity.id, actorName: identity.name, ip: clientIp(request), method };
    request.breakGlassCall = await journal.begin({ ...call, route: routeOptions.url ?? '*', requestId });
    return identity;
  };

  const admitLater = (
    admitted: Promise<Identity | null>,
    ...[request, reply, done]: Parameters<Hook>
  ): void => {
    admitted.then(
      (identity) => {
        request.identity = identity;
        done();
      },
      (error: unknown) => refuse(error, request, reply),
    );
  };

  /** What leads nowhere costs its address as much as what leads somewhere. */
  const payLater: Hook = (request, reply, done) => {
    throttle.take('address', networkOf(clientIp(request)), throttle.begin(reply), reply).then(
      () => done(),
      (error: unknown) => refuse(error, request, reply),
    );
  };

  return (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url === undefined) {
      return request.url.startsWith('/admin') ? payLater(request, reply, done) : done();
    }
    if (breakGlass.isPresented(request.headers.authorization)) {
      const access = accessFor(request.method, url);
      if (access !== 'open')
        return admitLater(authorizeBreakGlass(request, reply, access), request, reply, done);
    }
    if (isAdminRoute(request.method, url)) {
      return admitLater(authorizeThrottled(request, reply, url), request, reply, done);
    }
    let identity: ReturnType<typeof authorize>;
    try {
      identity = authorizeNow(request, url);
    } catch (error) {
      return refuse(error, request, reply);
    }
    if (identity instanceof Promise) return admitLater(identity, request, reply, done);
    request.identity = identity;
    done();
  };
}
