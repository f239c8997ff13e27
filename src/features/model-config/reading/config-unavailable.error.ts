import { UnavailableError } from '../../../core/index.js';

/** Nothing is held and the database gives nothing. Never for a row that does not exist. */
export class ConfigUnavailableError extends UnavailableError {
  override readonly code = 'config-unavailable';

  /** @param subject what was asked for, as in `judge models for language "ru"` */
  constructor(subject: string, retryAfterMs: number, cause?: unknown) {
    super(`Cannot get ${subject}: database unavailable and no cached data`, retryAfterMs, cause, { subject });
  }
}
