import { AppError } from '../../../core/index.js';
import type { Fault } from './fault.js';

/** A configuration that breaks the rules, with everything that is wrong with it. */
export class ConfigInvalidError extends AppError {
  readonly code = 'config-invalid';
  readonly retryable = false;

  constructor(
    subject: string,
    readonly faults: readonly Fault[],
  ) {
    const lines = faults.map(({ path, message }) => `  ${path}: ${message}`);
    const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
    super([`Invalid ${subject}: ${count}`, ...lines].join('\n'), { subject, faults: faults.length });
  }
}
