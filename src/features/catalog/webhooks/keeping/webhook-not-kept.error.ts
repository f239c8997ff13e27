import { UnavailableError } from '../../../../core/index.js';

/** It may not have been kept: who sent it has to send it again, which does no harm. */
export class WebhookNotKeptError extends UnavailableError {
  override readonly code = 'webhook-not-kept';

  constructor(problem: string, cause?: unknown) {
    super(`The webhook was not kept: ${problem}. Send it again`, 1_000, cause);
  }
}
