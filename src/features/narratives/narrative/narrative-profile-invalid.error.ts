import { AppError } from '../../../core/index.js';
import type { ProfileFault } from './check-profile.js';

/** No narrative can be made of this profile: every fault, by its path. */
export class NarrativeProfileInvalidError extends AppError {
  readonly code = 'narrative-profile-invalid';
  readonly retryable = false;

  constructor(readonly faults: readonly ProfileFault[]) {
    super(`The profile is not in order: ${faults.length} fault${faults.length === 1 ? '' : 's'}`);
  }
}
