import { AppError, capFaults } from '../../../core/index.js';

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A template, a context or settings that cannot be used, with everything that is wrong. Holds nothing of their text. */
export class PromptInvalidError extends AppError {
  readonly code = 'prompt-invalid';
  readonly retryable = false;
  readonly faults: readonly Fault[];

  constructor(subject: string, faults: readonly Fault[]) {
    const told = capFaults(faults);
    super(`Prompt "${subject}": ${told.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, {
      subject,
      faults: faults.length,
    });
    this.faults = told;
  }
}
