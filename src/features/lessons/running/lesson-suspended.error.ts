import { AppError } from '../../../core/index.js';

/** This process is on its way out: another one goes on with the lesson. */
export class LessonSuspendedError extends AppError {
  readonly code = 'lesson-suspended';
  readonly retryable = true;

  constructor(id: string) {
    super(`Lesson "${id}" is left to another process: this one ends`, { lessonId: id });
  }
}
