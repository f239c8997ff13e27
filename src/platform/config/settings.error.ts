import { AppError } from '../../core/index.js';

/** Settings that cannot be meant: all faults at once, each by its name. */
export class SettingsError extends AppError {
  readonly code = 'settings-invalid';
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    super(
      `${faults.length} setting${faults.length === 1 ? ' is' : 's are'} wrong:\n${faults.map((each) => `  ${each}`).join('\n')}`,
      { faults },
    );
  }
}
