import { AppError } from '../core/index.js';
import { describeCause } from './describe-cause.js';

/** Nothing can be done without the database, and it does not let us in. */
export class DatabaseUnreachableError extends AppError {
  readonly code = 'database-unavailable';
  readonly retryable = true;

  constructor(place: string, cause: unknown) {
    super(
      `The database at ${place} cannot be reached: ${describeCause(cause)}. Does it run, and does DATABASE_URL name it? "lastgood doctor" looks at everything`,
      { place },
      { cause },
    );
  }
}
