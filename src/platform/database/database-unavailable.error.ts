import { UnavailableError } from '../../core/index.js';

/** Writing is not possible now. Nothing was changed. */
export class DatabaseUnavailableError extends UnavailableError {
  override readonly code = 'database-unavailable';

  constructor(problem: string, cause?: unknown) {
    super(`The database cannot take this change: ${problem}`, 1_000, cause);
  }
}
