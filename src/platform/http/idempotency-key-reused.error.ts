import { AppError } from '../../core/index.js';

/** The key was used for something else. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'idempotency-key-reused';
  readonly retryable = false;

  constructor() {
    super('This Idempotency-Key was sent with another request before; a new request needs a new key');
  }
}
