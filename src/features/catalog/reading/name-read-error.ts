import { TooStaleError, UnavailableError, VersionNotReachedError } from '../../../core/index.js';
import { CatalogTooStaleError } from './catalog-too-stale.error.js';
import { CatalogUnavailableError } from './catalog-unavailable.error.js';

/** Pure: what a reader threw, in the words of who asked for `subject`; anything else as it is. */
export function nameReadError(subject: string, error: unknown): unknown {
  if (error instanceof VersionNotReachedError) return error;
  if (error instanceof TooStaleError)
    return new CatalogTooStaleError(subject, error.retryAfterMs, error.ageMs, error.cause);
  if (error instanceof UnavailableError)
    return new CatalogUnavailableError(subject, error.retryAfterMs, error.cause);
  return error;
}
