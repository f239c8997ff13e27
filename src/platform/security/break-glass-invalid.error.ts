import { AppError } from '../../core/index.js';

/** What was asked of break-glass keys cannot be meant, or their file cannot be read. */
export class BreakGlassInvalidError extends AppError {
  readonly code = 'break-glass-invalid';
  readonly retryable = false;
}
