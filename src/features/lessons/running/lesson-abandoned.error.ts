import { AppError } from '../../../core/index.js';

/** A lesson was taken up again and again, and none of these runs came to an end. */
export class LessonAbandonedError extends AppError {
  readonly code = 'lesson-abandoned';
  readonly retryable = false;

  constructor(runs: number) {
    super(`The lesson was taken up ${runs} times and never ended: it may be what ends its processes`, {
      runs,
    });
  }
}
