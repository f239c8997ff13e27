/** Injects the `LessonPolicy`. */
export const LESSON_POLICY = Symbol('LESSON_POLICY');

/** Milliseconds, where nothing else is said. */
export interface LessonPolicy {
  /** A run that did not renew its lease for so long is lost. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** A lesson that was taken up so often and never ended may be what ends its processes: it fails. A number. */
  readonly maxRuns: number;
  /** How often each process looks for lessons that nobody works on, jittered by a quarter. */
  readonly sweepEveryMs: number;
  /** A lesson that waits for so long is sent again: its job may have been lost. */
  readonly resendAfterMs: number;
  /** How long the steps under way may take when the process ends. */
  readonly graceMs: number;
  /** After that, how long the writer may take to notice, and the lesson to be given back. */
  readonly giveBackWithinMs: number;
  /** After a save that failed; doubled up to the second. */
  readonly saveAgainMs: number;
  readonly longestSaveAgainMs: number;
  readonly lookForEventsEveryMs: number;
  readonly heartbeatMs: number;
  /** In one process. */
  readonly maxFollowers: number;
  /** Of one follower, that it has not read. */
  readonly maxUnreadBytes: number;
}

export const lessonPolicy: LessonPolicy = Object.freeze({
  leaseMs: 15_000,
  renewEveryMs: 3_000,
  maxRuns: 20,
  sweepEveryMs: 5_000,
  resendAfterMs: 60_000,
  graceMs: 8_000,
  giveBackWithinMs: 1_000,
  saveAgainMs: 100,
  longestSaveAgainMs: 2_000,
  lookForEventsEveryMs: 500,
  heartbeatMs: 15_000,
  maxFollowers: 100,
  maxUnreadBytes: 262_144,
});
