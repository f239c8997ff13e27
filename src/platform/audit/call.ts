import type { FastifyRequest } from 'fastify';
import { clientIp } from '../client/index.js';

/** Who acts. */
export interface Actor {
  /** Unique: a key's prefix, a token's subject, `cli:<uid>`. */
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly ip: string | null;
}

/** One call that changes something, as history and audit know it. */
export interface Call {
  readonly actor: Actor;
  /** What was called: `PUT /admin/phases/:phase`, `lastgood config import`. */
  readonly action: string;
  readonly requestId: string | null;
}

/** The call of a request that was let in. */
export function callOf(request: FastifyRequest): Call {
  const { identity, method, routeOptions, id } = request;
  if (identity == null) throw new Error('A change needs an identity: its route is open');
  return {
    actor: { id: identity.id, name: identity.name, role: identity.role, ip: clientIp(request) },
    action: `${method} ${routeOptions.url}`,
    requestId: id,
  };
}

/** A call that no request made: of the process itself, or of a command on its machine. */
export function localCall(actor: string, action: string): Call {
  return { actor: { id: actor, name: actor, role: null, ip: null }, action, requestId: null };
}

/** As rows tell who changed them: names need not be unique. */
export function authorOf({ id, name }: Actor): string {
  return id.endsWith(name) ? id : `${name} (${id})`;
}
