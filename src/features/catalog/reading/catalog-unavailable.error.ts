import { UnavailableError } from '../../../core/index.js';

/** The content service gives nothing, and nothing is held that may still be served. Never for what does not exist. */
export class CatalogUnavailableError extends UnavailableError {
  override readonly code = 'catalog-unavailable';

  /** @param subject what was asked for, as in `book "1"` */
  constructor(subject: string, retryAfterMs: number, cause?: unknown) {
    super(
      `Cannot get ${subject}: the content service gives nothing and no cached data`,
      retryAfterMs,
      cause,
      { subject },
    );
  }
}
