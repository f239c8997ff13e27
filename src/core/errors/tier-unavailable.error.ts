import { AppError } from './app-error.js';

/** Redis or the disk did not answer, or is known not to. No reader ever sees this: the next tier is asked. */
export class TierUnavailableError extends AppError {
  readonly code = 'tier-unavailable';
  readonly retryable = true;

  constructor(tier: string, why: string, cause?: unknown) {
    super(`${tier}: ${why}`, { tier }, { cause });
  }
}
