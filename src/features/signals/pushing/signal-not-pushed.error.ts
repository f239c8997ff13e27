import { AppError } from '../../../core/index.js';

/** Signals of this type come from a source of their own; nobody may push them. */
export class SignalNotPushedError extends AppError {
  readonly code = 'signal-not-pushed';
  readonly retryable = false;

  constructor(readonly type: string) {
    super(`Signals of type ${type} are fetched from their source: they cannot be pushed`, { type });
  }
}
