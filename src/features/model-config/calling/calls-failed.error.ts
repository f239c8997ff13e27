import { AppError } from '../../../core/index.js';
import type { CallRecord } from './call-record.js';

/** Models were asked and gave nothing that can be used; they were paid for all the same. */
export abstract class CallsFailedError extends AppError {
  readonly retryable = true;

  constructor(
    message: string,
    /** Every model that was asked for the lesson, as far as whoever threw or passed it on knew. */
    public records: readonly CallRecord[],
    context: AppError['context'],
    cause?: unknown,
  ) {
    super(message, context, { cause });
  }

  /** The same error, with what was asked before. */
  after(earlier: readonly CallRecord[]): this {
    this.records = [...earlier, ...this.records];
    return this;
  }
}
