import type { Call } from '../../../platform/audit/index.js';
import { ForbiddenError } from '../../../platform/security/index.js';
import { productionLabel } from '../prompt/prompt-names.js';

/**
 * What production serves is an admin's to say (PR-8).
 * @throws ForbiddenError
 */
export function assertMayLabel(labels: readonly string[], { actor }: Call): void {
  // A command has no role: whoever runs one has the database itself.
  const isAdmin = actor.role === null || actor.role === 'admin';
  if (!isAdmin && labels.includes(productionLabel)) throw new ForbiddenError('admin');
}
