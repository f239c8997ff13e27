import { AppError } from '../../../core/index.js';

/** What was to be flushed cannot be told by its keys; nothing was. */
export class SignalFlushInvalidError extends AppError {
  readonly code = 'signal-flush-invalid';
  readonly retryable = false;
}
