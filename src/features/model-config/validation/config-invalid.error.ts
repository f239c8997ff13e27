import { AppError, capFaults } from '../../../core/index.js';
import type { Fault } from './fault.js';

/** A configuration that breaks the rules, with everything that is wrong with it. */
export class ConfigInvalidError extends AppError {
  readonly code = 'config-invalid';
  readonly retryable = false;

  /** The first of them, where there are very many. */
  readonly faults: readonly Fault[];

  constructor(subject: string, faults: readonly Fault[]) {
    const told = capFaults(faults);
    const lines = told.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`);
    const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
    super([`Invalid ${subject}: ${count}`, ...lines].join('\n'), { subject, faults: faults.length });
    this.faults = told;
  }
}
