import { AppError } from '../../../core/index.js';

/** A template that cannot be parsed or rendered. Holds nothing of what was to be put in. */
export class PromptInvalidError extends AppError {
  readonly code = 'prompt-invalid';
  readonly retryable = false;

  constructor(prompt: string, fault: string) {
    super(`Prompt "${prompt}": ${fault}`, { prompt });
  }
}
