import { AppError } from '../../../core/index.js';
import type { CallRecord } from '../lesson/call-record.js';

/** No judge gave a verdict that counts. */
export class PanelFailedError extends AppError {
  readonly code = 'panel-failed';
  readonly retryable = true;

  constructor(
    /** By judge, as in `primary (vendor/model): timeout`. */
    failures: readonly string[],
    /** They were paid for all the same. */
    readonly records: readonly CallRecord[],
    /** Every judge is excluded: the same panel will never judge this draft, a person has to (LE-5). */
    readonly isByExclusion: boolean,
  ) {
    super(`No judge gave a verdict: ${failures.join('; ')}`, { failures });
  }
}
