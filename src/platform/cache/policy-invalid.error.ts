import { AppError } from '../../core/index.js';

/** A policy that no namespace can follow: its message names the field and the limit. */
export class PolicyInvalidError extends AppError {
  readonly code = 'policy-invalid';
  readonly retryable = false;
}
