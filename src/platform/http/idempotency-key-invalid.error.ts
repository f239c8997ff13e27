import { AppError } from '../../core/index.js';

/** The header does not have the form it must have. */
export class IdempotencyKeyInvalidError extends AppError {
  readonly code = 'idempotency-key-invalid';
  readonly retryable = false;

  constructor() {
    super('Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
}
