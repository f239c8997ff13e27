import { AppError } from '../../../core/index.js';

/** All that is held of a signal is past its limit: it is as if it were not there. */
export class SignalExpiredError extends AppError {
  readonly code = 'signal-expired';
  readonly retryable = true;

  constructor(
    readonly type: string,
    readonly id: string,
    /** Of the observation. */
    readonly ageMs: number,
    readonly limitMs: number,
    readonly retryAfterMs: number,
    cause?: unknown,
  ) {
    super(
      `Signal ${type} "${id}" is ${Math.round(ageMs)} ms old, past its limit of ${limitMs} ms`,
      { type, id, ageMs: Math.round(ageMs), limitMs, retryAfterMs },
      { cause },
    );
  }
}
