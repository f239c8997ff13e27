import { TooStaleError } from '../../../core/index.js';

/** The content service gives nothing, and what is held of it is older than anybody may be served (CT-7). */
export class CatalogTooStaleError extends TooStaleError {
  override readonly code = 'catalog-too-stale';

  constructor(subject: string, retryAfterMs: number, ageMs: number, cause?: unknown) {
    super(
      `Cannot get ${subject}: the last good one is ${Math.round(ageMs / 1000)} s old, past its limit`,
      retryAfterMs,
      ageMs,
      cause,
    );
  }
}
