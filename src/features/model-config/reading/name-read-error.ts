import { TooStaleError, UnavailableError } from '../../../core/index.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { ConfigTooStaleError } from './config-too-stale.error.js';
import { ConfigUnavailableError } from './config-unavailable.error.js';

/** Pure: what a reader threw, in the words of who asked for `subject`; anything else as it is. */
export function nameReadError(subject: string, error: unknown): unknown {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof ConfigInvalidError) return cause;
  if (error instanceof TooStaleError)
    return new ConfigTooStaleError(subject, error.retryAfterMs, error.ageMs, error.cause);
  if (error instanceof UnavailableError)
    return new ConfigUnavailableError(subject, error.retryAfterMs, error.cause);
  return error;
}
