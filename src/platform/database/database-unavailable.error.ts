import { UnavailableError } from '../../core/index.js';

/** The database cannot be written to, or asked, now. Nothing was changed. */
export class DatabaseUnavailableError extends UnavailableError {
  override readonly code = 'database-unavailable';

  constructor(problem: string, cause?: unknown, what: 'take this change' | 'be asked' = 'take this change') {
    super(`The database cannot ${what}: ${problem}`, 1_000, cause);
  }
}
