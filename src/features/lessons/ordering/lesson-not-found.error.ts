import { AppError } from '../../../core/index.js';

export class LessonNotFoundError extends AppError {
  readonly code = 'lesson-not-found';
  readonly retryable = false;

  constructor(id: string) {
    super(`There is no lesson "${id}"`, { lessonId: id });
  }
}
