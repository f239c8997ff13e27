import { AppError } from '../../../core/index.js';

/** The content service says that there is no such thing; not that it cannot be asked. */
export class CatalogNotFoundError extends AppError {
  readonly code = 'catalog-not-found';
  readonly retryable = false;

  constructor(subject: string) {
    super(`There is no ${subject}`, { subject });
  }
}
