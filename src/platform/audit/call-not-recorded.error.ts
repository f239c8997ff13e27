import { UnavailableError } from '../../core/index.js';

/** A call that has to be on record before it is let in could not be recorded: it was not made. */
export class CallNotRecordedError extends UnavailableError {
  override readonly code = 'call-not-recorded';

  constructor(problem: string, cause?: unknown) {
    super(
      `A call with a break-glass key is let in once it is on record, and DATA_DIR/break-glass-calls.jsonl cannot be written: ${problem}`,
      1_000,
      cause,
    );
  }
}
