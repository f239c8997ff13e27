import type { FastifyRequest } from 'fastify';
import { IdempotencyKeyInvalidError } from './idempotency-key-invalid.error.js';

export const idempotencyKeyForm = /^[!-~]{1,255}$/;

/**
 * The request's `Idempotency-Key`; `null` without one.
 * @throws IdempotencyKeyInvalidError
 */
export function readIdempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'] ?? null;
  if (key !== null && (typeof key !== 'string' || !idempotencyKeyForm.test(key)))
    throw new IdempotencyKeyInvalidError();
  return key;
}
