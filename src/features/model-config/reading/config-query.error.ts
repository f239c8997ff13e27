import { AppError } from '../../../core/index.js';

/** A question that cannot be asked: names the parameter and what it may be. */
export class ConfigQueryError extends AppError {
  readonly code = 'config-query-invalid';
  readonly retryable = false;

  constructor(parameter: string, problem: string) {
    super(`${parameter}: ${problem}`, { parameter });
  }
}
