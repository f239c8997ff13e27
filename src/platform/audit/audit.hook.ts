import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../core/index.js';
import { clientIp } from '../client/index.js';
import type { AuditCallsService } from './audit-calls.service.js';
import type { BreakGlassJournal } from './break-glass-journal.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a call that was let in with a break-glass key: its id in the journal. */
    breakGlassCall: string | undefined;
  }
}

export interface AuditHookOptions {
  readonly calls: AuditCallsService;
  readonly journal: BreakGlassJournal;
  readonly clock: Clock;
  readonly isAdminRoute: (method: string, route: string) => boolean;
}

/** Fastify's `onResponse`: keeps a record of each admin call, the refused ones too (OP-3). */
export function auditHook({ calls, journal, clock, isAdminRoute }: AuditHookOptions) {
  /** By the route, or by what was asked for where no route takes it. */
  const isAdmin = ({ routeOptions, method, url }: FastifyRequest): boolean =>
    routeOptions.url === undefined ? url.startsWith('/admin') : isAdminRoute(method, routeOptions.url);

  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (request.breakGlassCall !== undefined) journal.end(request.breakGlassCall, reply.statusCode);
    else if (isAdmin(request)) {
      const { caller, method, routeOptions, id } = request;
      calls.record({
        at: new Date(clock.wall()).toISOString(),
        actorId: caller?.id ?? null,
        actorName: caller?.name ?? null,
        actorRole: caller?.role ?? null,
        ip: clientIp(request),
        method,
        route: routeOptions.url ?? '*',
        status: reply.statusCode,
        requestId: id,
      });
    }
    done();
  };
}
