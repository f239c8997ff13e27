/** Which configuration answers. */
export interface JobQuery {
  /** The one that this job was pinned to; by default the current one. */
  readonly jobId?: string;
}

/** What decides, besides the phase, which row answers. */
export interface PhaseQuery extends JobQuery {
  /** BCP 47, or `any` (the default). */
  readonly language?: string;
  /** Tokens the prompt will take; above the standard row's dynamic threshold the extended tier is wanted. */
  readonly tokenCount?: number;
  /** With a job that was pinned for one course: that course, or none for the rows of all courses. */
  readonly courseId?: string;
}
