import { AppError } from '../../../core/index.js';

/** What was pushed is no value of its type: every fault, `/price: must be number`. Nothing was stored. */
export class SignalInvalidError extends AppError {
  readonly code = 'signal-invalid';
  readonly retryable = false;

  constructor(
    readonly type: string,
    readonly faults: readonly string[],
  ) {
    super(`What was pushed is no signal of type ${type}: ${faults.join('; ')}`, { type, faults });
  }
}
