import { AppError } from './app-error.js';

/** Something is held, but it is older than its policy lets anyone serve, and the origin gave nothing newer. */
export class TooStaleError extends AppError {
  readonly code: string = 'too-stale';
  readonly retryable = true;

  constructor(
    message: string,
    readonly retryAfterMs: number,
    readonly ageMs: number,
    cause?: unknown,
  ) {
    super(message, { retryAfterMs, ageMs }, { cause });
  }
}
