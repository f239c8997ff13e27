import { AppError } from '../../../core/index.js';

/** Nobody said where publishers and books are to be read from. */
export class CatalogNotConfiguredError extends AppError {
  readonly code = 'catalog-not-configured';
  readonly retryable = false;

  constructor() {
    super('There is no catalogue: CATALOG_BASE_URL is not set');
  }
}
