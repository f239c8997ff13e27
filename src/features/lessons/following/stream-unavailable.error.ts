import { UnavailableError } from '../../../core/index.js';

/** This process follows no more lessons now; another one may. */
export class StreamUnavailableError extends UnavailableError {
  override readonly code = 'stream-unavailable';

  constructor(problem: string) {
    super(`Events cannot be followed here now: ${problem}`, 5_000);
  }
}
