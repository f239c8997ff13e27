import { AppError } from '../core/index.js';

/** The server answered, and not with what was asked for. */
export class ServerRefusedError extends AppError {
  readonly code = 'server-refused';
  readonly retryable = false;

  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(`${status}: ${detail}`, { status });
  }
}
