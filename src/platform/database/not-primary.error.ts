import { AppError } from '../../core/index.js';

/** What was read is not the truth, and must not be kept as if it were (PROTOCOL CO-5). */
export class NotPrimaryError extends AppError {
  readonly code = 'not-primary';
  readonly retryable = true;
}
