import { AppError } from '../../core/index.js';

/** Nobody said by which key models are to be asked. */
export class LlmNotConfiguredError extends AppError {
  readonly code = 'llm-not-configured';
  readonly retryable = false;

  constructor() {
    super('No model can be asked: LLM_API_KEY is not set');
  }
}
