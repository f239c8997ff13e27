import { AppError } from '../../core/index.js';

/** Whose bucket is empty. */
export type Throttled = 'address' | 'identity';

/** Somebody called admin routes more often than they may. */
export class RateLimitedError extends AppError {
  readonly code = 'rate-limited';
  readonly retryable = true;

  constructor(
    whose: Throttled,
    readonly retryAfterMs: number,
  ) {
    super(`Too many calls of admin routes from this ${whose}; try again later`, { whose, retryAfterMs });
  }
}
