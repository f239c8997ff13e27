import { ForbiddenError, type Identity } from '../../../platform/security/index.js';

/**
 * A person is read and changed by their own token and by admins (PR-7). Asked before anything is looked up: the answer
 * tells nobody whether there is such a person.
 * @param userId as it stands in the request
 * @throws ForbiddenError
 */
export function assertMayAct(identity: Identity, userId: string): void {
  if (identity.role !== 'admin' && identity.id !== `jwt:${userId}`) throw new ForbiddenError('admin');
}
