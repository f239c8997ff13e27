import { AppError } from '../../../core/index.js';

/** A file that specifies no lesson, with everything that is wrong with it. */
export class LessonSpecInvalidError extends AppError {
  readonly code = 'lesson-spec-invalid';
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(`The lesson's specification is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}
