import { AppError } from '../../../core/index.js';
import type { LessonFailure } from '../ordering/kept-lesson.js';

/** What callers are told of a failure: of one that nobody meant, only that it happened. */
export function describeFailure(error: unknown): LessonFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return {
    code: 'internal',
    message: 'An error that was not foreseen; the log has it under the id of the lesson',
  };
}
