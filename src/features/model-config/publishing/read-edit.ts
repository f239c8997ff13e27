import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.js';
import { callOf } from '../../../platform/audit/index.js';
import { ForbiddenError } from '../../../platform/security/index.js';
import type { Edit } from './edit.js';

/** The header does not have the form it must have. */
class IdempotencyKeyInvalidError extends AppError {
  readonly code = 'idempotency-key-invalid';
  readonly retryable = false;

  constructor() {
    super('Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
}

export const idempotencyKeyForm = /^[!-~]{1,255}$/;

/**
 * Who asks for a change, and how.
 * @throws IdempotencyKeyInvalidError, ForbiddenError for a loss that is not this caller's to accept
 */
export function readEdit(
  request: FastifyRequest,
  kind: Edit['kind'],
  { reason, acceptLoss = false }: { reason: string; acceptLoss?: boolean | undefined },
): Edit {
  const idempotencyKey = request.headers['idempotency-key'] ?? null;
  if (
    idempotencyKey !== null &&
    (typeof idempotencyKey !== 'string' || !idempotencyKeyForm.test(idempotencyKey))
  ) {
    throw new IdempotencyKeyInvalidError();
  }
  // Whoever may edit one row may not give up all the others.
  if (acceptLoss && request.identity?.role !== 'admin') throw new ForbiddenError('admin');
  return { kind, call: callOf(request), reason, acceptLoss, idempotencyKey };
}
