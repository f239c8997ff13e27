import { AppError } from '../../../core/index.js';
import { nameOffences, renderOffence, type SignalOffence } from './signals-not-ready.error.js';

/** Signals of an inference went past their limits before they were used. */
export class SignalsExpiredError extends AppError {
  readonly code = 'signals-expired';
  readonly retryable = true;

  constructor(readonly offences: readonly SignalOffence[]) {
    super(`Signals went past their limits before they were used: ${nameOffences(offences)}`, {
      signals: offences.map(renderOffence),
    });
  }
}
