import { UnavailableError } from '../../../core/index.js';

/** None is held, none could be made, and nothing may stand in for it. */
export class NarrativeUnavailableError extends UnavailableError {
  override readonly code = 'narrative-unavailable';

  constructor(retryAfterMs: number, cause: unknown) {
    super('There is no narrative for this profile, and none can be made now', retryAfterMs, cause);
  }
}
