import { AppError } from '../../../core/index.js';

/** Names the field and its limit. */
export class PromptTooLargeError extends AppError {
  readonly code = 'prompt-too-large';
  readonly retryable = false;

  constructor(field: string, limit: string) {
    super(`${field}: may have at most ${limit}`, { field, limit });
  }
}
