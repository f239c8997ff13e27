import { AppError } from '../../core/index.js';

/** What is frozen could not be written to disk: nothing was frozen or thawed. */
export class FreezeNotKeptError extends AppError {
  readonly code = 'freeze-not-kept';
  readonly retryable = true;

  constructor(file: string, cause: unknown) {
    const because = cause instanceof Error ? cause.message : String(cause);
    super(`Nothing was changed: ${file} cannot be written (${because})`, { file }, { cause });
  }
}
