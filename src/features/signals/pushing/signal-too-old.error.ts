import { AppError } from '../../../core/index.js';

/** What was pushed was past its limit when it came. Nothing was stored. */
export class SignalTooOldError extends AppError {
  readonly code = 'signal-too-old';
  readonly retryable = false;

  constructor(
    readonly type: string,
    readonly id: string,
    readonly ageMs: number,
    readonly limitMs: number,
  ) {
    super(
      `Signal ${type} "${id}" came ${Math.round(ageMs)} ms after it was observed, past its limit of ${limitMs} ms`,
      { type, id, ageMs: Math.round(ageMs), limitMs },
    );
  }
}
