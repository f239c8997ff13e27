import { ForbiddenError } from './access.error.js';
import type { Identity } from './identity.js';

/**
 * An API key is a service, and may ask for anybody; a person's own token asks for that person and for nobody.
 * @param userId as it is stored; `null` for nobody
 * @throws ForbiddenError, whoever that is and whether or not they exist
 */
export function assertMayAskFor({ id, role }: Identity, userId: string | null): void {
  const isPerson = id.startsWith('jwt:');
  if (isPerson && role !== 'admin' && userId !== null && id !== `jwt:${userId}`)
    throw new ForbiddenError('admin');
}
