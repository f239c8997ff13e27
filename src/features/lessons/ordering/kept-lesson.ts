import type { LessonSpec } from '../lesson/lesson-spec.js';
import type { LessonLimits } from '../lesson/lesson-limits.js';
import type { Json } from '../lesson/steps.js';
import type { LessonEvent } from '../lesson/lesson-event.js';
import type { LessonResult } from '../lesson/lesson-result.js';

export const lessonStatuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type LessonStatus = (typeof lessonStatuses)[number];

/** How a lesson failed: the code of an AppError, or `internal`. */
export interface LessonFailure {
  readonly code: string;
  readonly message: string;
}

/** How a run ends a lesson. */
export type LessonEnd =
  | { readonly status: 'done'; readonly result: LessonResult }
  | { readonly status: 'failed'; readonly error: LessonFailure }
  | { readonly status: 'cancelled' };

export interface NewLesson {
  readonly id: string;
  readonly spec: LessonSpec;
  readonly limits: LessonLimits;
  /** The id of an identity. */
  readonly createdBy: string;
  readonly idempotencyKey: string | null;
}

/** As it is kept; dates are ISO 8601, UTC. */
export interface KeptLesson {
  readonly id: string;
  readonly status: LessonStatus;
  /** How often it was taken up. */
  readonly runs: number;
  readonly isCancelRequested: boolean;
  readonly result: LessonResult | null;
  readonly error: LessonFailure | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** A step of a run, and its result. */
export interface KeptStep {
  readonly key: string;
  readonly result: Json;
}

/** An event, numbered within its run: what is saved twice is kept once. */
export interface ToldEvent {
  readonly n: number;
  readonly event: LessonEvent;
}

/** What a run holds a lesson by: every write of it names both. */
export interface Lease {
  readonly id: string;
  readonly token: string;
  /** Counted from 1. */
  readonly run: number;
}

/** A lesson that was claimed, with what earlier runs kept of it. */
export interface ClaimedLesson {
  readonly lease: Lease;
  readonly spec: LessonSpec;
  readonly limits: LessonLimits;
  readonly isCancelRequested: boolean;
  readonly steps: readonly KeptStep[];
  readonly events: readonly LessonEvent[];
}
