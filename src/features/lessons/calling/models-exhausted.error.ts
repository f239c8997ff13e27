import { AppError } from '../../../core/index.js';
import type { CallRecord } from '../lesson/call-record.js';

/** Every model that the configuration names for a phase was asked, and none answered. */
export class ModelsExhaustedError extends AppError {
  readonly code = 'models-exhausted';
  readonly retryable = true;

  constructor(
    readonly phase: string,
    readonly records: readonly CallRecord[],
    cause: unknown,
  ) {
    const told = records.map(({ rank, modelId, outcome }) => `${rank} "${modelId}": ${outcome}`);
    super(`No model of phase "${phase}" answered: ${told.join('; ')}`, { phase, tried: told }, { cause });
  }
}
