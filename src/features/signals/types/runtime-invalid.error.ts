import { AppError } from '../../../core/index.js';

/** `runtime.yml` cannot be meant: all its faults, each with its path. */
export class RuntimeInvalidError extends AppError {
  readonly code = 'runtime-invalid';
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super(`runtime.yml has ${count}:\n${faults.map((each) => `  ${each}`).join('\n')}`, { faults });
  }
}
