/** When a lesson is good, and when enough was tried (LE-6). Kept with the lesson, so that whoever goes on goes by the same. */
export type LessonLimits = {
  /** 0..1: from this score a draft is accepted. */
  readonly acceptScore: number;
  /** 0..1: from this score the best draft is taken when no more may be tried. */
  readonly goodEnoughScore: number;
  /** Drafts that are judged, the first included. */
  readonly maxIterations: number;
  /** Of all calls, in and out together; no iteration is begun past it. */
  readonly maxTokens: number;
  /** Of the lesson's working time; no iteration is begun past it. */
  readonly maxMs: number;
  /** 0..1: scores that are no further apart agree (LE-3). */
  readonly agreementThreshold: number;
};
