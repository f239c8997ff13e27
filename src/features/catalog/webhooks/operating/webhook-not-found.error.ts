import { AppError } from '../../../../core/index.js';

/** No webhook of this id is in the log: none was accepted, or it is older than the log is kept. */
export class WebhookNotFoundError extends AppError {
  readonly code = 'webhook-not-found';
  readonly retryable = false;

  constructor(id: string) {
    super(`There is no webhook "${id}" in the log`, { id });
  }
}
