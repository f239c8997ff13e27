import { AppError } from '../../core/index.js';
import type { LlmAttempt } from './llm-answer.js';
import type { LlmFailure } from './llm-failure.js';

/** A model gave no answer. Never holds anything of the prompt or of the answer. */
export class LlmCallError extends AppError {
  readonly code = 'llm-call-failed';
  readonly retryable = true;

  constructor(
    readonly modelId: string,
    readonly failure: LlmFailure,
    detail: string,
    readonly attempts: readonly LlmAttempt[],
    cause?: unknown,
  ) {
    super(`Model "${modelId}": ${detail}`, { modelId, failure, attempts: attempts.length }, { cause });
  }
}
