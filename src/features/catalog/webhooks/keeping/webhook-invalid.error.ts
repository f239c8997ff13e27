import { AppError, capFaults } from '../../../../core/index.js';

/** It was signed, and tells of no event that is known here. Nothing of it was kept. */
export class WebhookInvalidError extends AppError {
  readonly code = 'webhook-invalid';
  readonly retryable = false;
  readonly faults: readonly { readonly path: string; readonly message: string }[];

  constructor(faults: readonly { readonly path: string; readonly message: string }[]) {
    const told = capFaults(faults);
    super(told.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.faults = told;
  }
}
