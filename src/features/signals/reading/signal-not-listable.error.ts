import { AppError } from '../../../core/index.js';

/** Of this type nobody can tell which signals there are: only feeds can. */
export class SignalNotListableError extends AppError {
  readonly code = 'signal-not-listable';
  readonly retryable = false;

  constructor(readonly type: string) {
    super(`Signals of type ${type} cannot be listed: only those of feeds can`, { type });
  }
}
