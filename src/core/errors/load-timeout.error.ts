import { AppError } from './app-error.js';

/** One load did not settle within its hard timeout. */
export class LoadTimeoutError extends AppError {
  readonly code = 'load-timeout';
  readonly retryable = true;

  constructor(namespace: string, hardTimeoutMs: number) {
    super(`No answer within ${hardTimeoutMs} ms`, { namespace, hardTimeoutMs });
  }
}
