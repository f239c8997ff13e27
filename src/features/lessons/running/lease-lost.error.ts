import { AppError } from '../../../core/index.js';

/** The lesson is no longer this run's: nothing that it gives is kept. */
export class LeaseLostError extends AppError {
  readonly code = 'lease-lost';
  readonly retryable = false;

  constructor(id: string) {
    super(`Lesson "${id}" was taken over by another run`, { lessonId: id });
  }
}
