import { UnavailableError } from './unavailable.error.js';

/** The version that was asked for at least is not held here, and could not be loaded now. */
export class VersionNotReachedError extends UnavailableError {
  override readonly code = 'version-not-reached';

  constructor(namespace: string, wanted: string, held: string | null, retryAfterMs: number, cause?: unknown) {
    super(
      `${namespace}: ${wanted} was asked for at least, ${held ?? 'nothing'} is held`,
      retryAfterMs,
      cause,
    );
  }
}
