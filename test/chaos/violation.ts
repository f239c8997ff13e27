export type ViolationKind =
  | 'write-lost'
  | 'refused-yet-done'
  | 'wrong-content'
  | 'other-lineage'
  | 'below-watermark'
  | 'false-confirmation'
  | 'purged-served'
  | 'no-answer'
  | 'warm-read-failed'
  | 'went-back'
  | 'applied-went-back'
  | 'not-converged';

export interface Violation {
  readonly kind: ViolationKind;
  readonly detail: unknown;
}
