import { UnavailableError } from '../../core/index.js';

/** The keys that tokens are signed with were never had, and cannot be had now: nobody can tell a good token. */
export class KeySetUnavailableError extends UnavailableError {
  override readonly code = 'key-set-unavailable';

  constructor(retryAfterMs: number, cause: unknown) {
    super('Tokens cannot be verified now: their keys cannot be had. API keys work', retryAfterMs, cause);
  }
}
