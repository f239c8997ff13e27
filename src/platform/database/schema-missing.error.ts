import { AppError } from '../../core/index.js';

/** The database was never migrated, or another one is meant. */
export class SchemaMissingError extends AppError {
  readonly code = 'schema-missing';
  readonly retryable = false;

  constructor() {
    super(
      'The database has no schema "lastgood": is DATABASE_URL the right one? `lastgood migrate run` makes it',
    );
  }
}
