import { AppError } from './app-error.js';

/** Nothing is held and the origin cannot be asked, or did not answer. Never thrown for what does not exist. */
export class UnavailableError extends AppError {
  readonly code: string = 'unavailable';
  readonly retryable = true;

  constructor(
    message: string,
    /** Milliseconds until another attempt can help. */
    readonly retryAfterMs: number,
    cause?: unknown,
    context: Record<string, string | number> = {},
  ) {
    super(message, { ...context, retryAfterMs }, { cause });
  }
}
