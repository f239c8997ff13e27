import type { FastifyRequest } from 'fastify';
import { callOf } from '../../../platform/audit/index.js';
import { readIdempotencyKey } from '../../../platform/http/index.js';
import { ForbiddenError } from '../../../platform/security/index.js';
import type { Edit } from './edit.js';

/**
 * Who asks for a change, and how.
 * @throws IdempotencyKeyInvalidError, ForbiddenError for a loss that is not this caller's to accept
 */
export function readEdit(
  request: FastifyRequest,
  kind: Edit['kind'],
  { reason, acceptLoss = false }: { reason: string; acceptLoss?: boolean | undefined },
): Edit {
  const idempotencyKey = readIdempotencyKey(request);
  // Whoever may edit one row may not give up all the others.
  if (acceptLoss && request.identity?.role !== 'admin') throw new ForbiddenError('admin');
  return { kind, call: callOf(request), reason, acceptLoss, idempotencyKey };
}
