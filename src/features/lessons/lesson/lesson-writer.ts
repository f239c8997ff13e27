import type { LessonResult } from './lesson-result.js';
import type { LessonLimits } from './lesson-limits.js';
import type { LessonSpec } from './lesson-spec.js';
import type { LessonEvent } from './lesson-event.js';
import type { Steps } from './steps.js';

/** A lesson that is to be written, or gone on with. */
export interface LessonJob {
  readonly id: string;
  /** What its configuration is pinned by. */
  readonly jobId: string;
  readonly spec: LessonSpec;
  readonly limits: LessonLimits;
  readonly steps: Steps;
  /** Aborted with the reason for which nobody waits for the lesson any more. */
  readonly signal: AbortSignal;
  /** Never `ended`: that is told when it is written. */
  readonly tell: (event: LessonEvent) => void;
}

/** Injects the `LessonWriter`. */
export const LESSON_WRITER = Symbol('LESSON_WRITER');

/**
 * Writes lessons. What it does depends on the job and on what its steps gave, and on nothing else: whoever goes on with
 * a lesson runs it again from the beginning, and every finished step is answered from what was kept (LE-7).
 */
export interface LessonWriter {
  /** @throws AppError where no lesson could be written now; nothing is queued then */
  assertReady(): void;
  write(job: LessonJob): Promise<LessonResult>;
}
