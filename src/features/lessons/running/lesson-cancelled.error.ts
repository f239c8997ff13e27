import { AppError } from '../../../core/index.js';

/** Somebody asked for the lesson to be given up. */
export class LessonCancelledError extends AppError {
  readonly code = 'lesson-cancelled';
  readonly retryable = false;

  constructor(id: string) {
    super(`Lesson "${id}" was cancelled`, { lessonId: id });
  }
}
