import { type CallRecord, CallsFailedError } from '../../model-config/index.js';

interface PanelFailure {
  /** By judge, as in `primary (vendor/model): timeout`. */
  readonly failures: readonly string[];
  readonly records: readonly CallRecord[];
  /** Fewer than two judges may judge this draft at all: no panel of it ever will, a person has to (LE-5). */
  readonly isByExclusion: boolean;
  readonly thirdAsked: boolean;
}

/** No judge gave a verdict that counts. */
export class PanelFailedError extends CallsFailedError {
  readonly code = 'panel-failed';
  readonly isByExclusion: boolean;
  readonly thirdAsked: boolean;

  constructor({ failures, records, isByExclusion, thirdAsked }: PanelFailure) {
    super(`No judge gave a verdict: ${failures.join('; ')}`, records, { failures });
    this.isByExclusion = isByExclusion;
    this.thirdAsked = thirdAsked;
  }
}
