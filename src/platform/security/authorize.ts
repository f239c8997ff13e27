import { ForbiddenError, UnauthorizedError } from './access.error.js';
import type { Authenticator } from './authenticator.js';
import type { Identity } from './identity.js';
import { allows } from './role.js';
import { accessFor, metricsRoute, type Access } from './role-table.js';

/**
 * Who calls, if they may; `null` on an open route. 401 comes before 403. A promise only before the keys are read for
 * the first time.
 * @param route the path template
 * @throws UnauthorizedError, ForbiddenError
 */
export function authorize(
  authenticator: Authenticator,
  method: string,
  route: string | undefined,
  authorization: string | undefined,
): Identity | null | Promise<Identity> {
  const access = accessFor(method, route);
  if (access === 'open') return null;
  const identity =
    route === metricsRoute
      ? authenticator.identifyScraper(authorization)
      : authenticator.identify(authorization);
  return identity instanceof Promise
    ? identity.then((known) => admit(known, access))
    : admit(identity, access);
}

/** @throws UnauthorizedError, ForbiddenError */
export function admit(identity: Identity | null, access: Exclude<Access, 'open'> | null): Identity {
  if (identity === null) throw new UnauthorizedError();
  if (access === null || !allows(identity.role, access)) throw new ForbiddenError(access);
  return identity;
}
