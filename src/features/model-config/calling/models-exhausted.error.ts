import type { CallRecord } from './call-record.js';
import { CallsFailedError } from './calls-failed.error.js';

/** Every model that the configuration names for a phase was asked, and none answered. */
export class ModelsExhaustedError extends CallsFailedError {
  readonly code = 'models-exhausted';

  constructor(phase: string, records: readonly CallRecord[], cause: unknown) {
    const tried = records.map(({ rank, modelId, outcome }) => `${rank} "${modelId}": ${outcome}`);
    super(`No model of phase "${phase}" answered: ${tried.join('; ')}`, records, { phase, tried }, cause);
  }
}
