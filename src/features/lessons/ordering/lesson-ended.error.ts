import { AppError } from '../../../core/index.js';

/** What has ended cannot be cancelled. */
export class LessonEndedError extends AppError {
  readonly code = 'lesson-ended';
  readonly retryable = false;

  constructor(id: string, status: string) {
    super(`Lesson "${id}" has ended: it is ${status}`, { lessonId: id, status });
  }
}
