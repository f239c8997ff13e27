import { AppError } from '../../../core/index.js';

/** The job is pinned already, with another course: the first pin wins. */
export class PinConflictError extends AppError {
  readonly code = 'pin-conflict';
  readonly retryable = false;

  constructor(jobId: string, pinned: string | null, wanted: string | null) {
    super(
      `courseId: job "${jobId}" is pinned for ${named(pinned)} already; it cannot be for ${named(wanted)}`,
      {
        jobId,
      },
    );
  }
}

const named = (courseId: string | null): string =>
  courseId === null ? 'all courses' : `course "${courseId}"`;
