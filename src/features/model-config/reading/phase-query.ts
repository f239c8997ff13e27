/** What decides, besides the phase, which row answers. */
export interface PhaseQuery {
  /** BCP 47, or `any` (the default). */
  readonly language?: string;
  /** Tokens the prompt will take; above the standard row's dynamic threshold the extended tier is wanted. */
  readonly tokenCount?: number;
  readonly courseId?: string;
}
