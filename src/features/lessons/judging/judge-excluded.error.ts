import { AppError } from '../../../core/index.js';

/** No model of a judge may judge this draft. The panel decides without it. */
export class JudgeExcludedError extends AppError {
  readonly code = 'judge-excluded';
  readonly retryable = false;

  constructor(role: string, models: readonly string[]) {
    super(`The ${role} judge must not judge this draft by any of its models: ${models.join(', ')}`, {
      role,
      models,
    });
  }
}
