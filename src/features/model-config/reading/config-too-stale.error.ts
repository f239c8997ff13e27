import { TooStaleError } from '../../../core/index.js';

/** The last good configuration is older than the budget that was set for it (MC-11). */
export class ConfigTooStaleError extends TooStaleError {
  override readonly code = 'config-too-stale';

  constructor(subject: string, retryAfterMs: number, ageMs: number, cause?: unknown) {
    super(
      `Cannot get ${subject}: the last good configuration is ${Math.round(ageMs / 1000)} s old, past its limit`,
      retryAfterMs,
      ageMs,
      cause,
    );
  }
}
