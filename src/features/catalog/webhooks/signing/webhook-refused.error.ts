import { AppError } from '../../../../core/index.js';

/** Nobody who has a secret has sent this now: it is not looked at any further. */
export class WebhookRefusedError extends AppError {
  readonly code = 'webhook-refused';
  readonly retryable = false;
}
