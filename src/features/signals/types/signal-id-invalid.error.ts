import { AppError } from '../../../core/index.js';

/** What was asked for is no id of this type; nothing was looked for. */
export class SignalIdInvalidError extends AppError {
  readonly code = 'signal-id-invalid';
  readonly retryable = false;

  constructor(
    readonly type: string,
    fault: string,
  ) {
    super(`The id of a signal of type ${type} ${fault}`, { type });
  }
}
