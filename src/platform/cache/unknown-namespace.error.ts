import { AppError } from '../../core/index.js';

/** There is no cache of that name in this application. */
export class UnknownNamespaceError extends AppError {
  readonly code = 'unknown-namespace';
  readonly retryable = false;

  constructor(namespace: string) {
    super(`There is no namespace "${namespace}"`, { namespace });
  }
}
