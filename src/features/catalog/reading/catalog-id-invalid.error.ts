import { AppError } from '../../../core/index.js';

/** What was asked for has an id that nothing can have. */
export class CatalogIdInvalidError extends AppError {
  readonly code = 'catalog-id-invalid';
  readonly retryable = false;

  constructor(name: string, id: unknown) {
    const shown = typeof id === 'string' ? JSON.stringify(id.slice(0, 100)) : typeof id;
    super(`${name} must be 1 to 100 of A-Z a-z 0-9 . _ -, a letter or digit first; got ${shown}`);
  }
}
