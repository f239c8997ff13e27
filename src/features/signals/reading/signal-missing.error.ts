import { AppError } from '../../../core/index.js';

/** There is no such signal: its source says so, or nobody has pushed it. */
export class SignalMissingError extends AppError {
  readonly code = 'signal-missing';
  readonly retryable = false;

  constructor(
    readonly type: string,
    readonly id: string,
  ) {
    super(`There is no signal ${type} "${id}"`, { type, id });
  }
}
