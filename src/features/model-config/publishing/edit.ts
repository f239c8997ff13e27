import type { Call } from '../../../platform/audit/index.js';

/** Who changes something, why, and how it may be repeated. */
export interface Edit {
  readonly kind: 'edit' | 'import' | 'rollback';
  readonly call: Call;
  readonly reason: string;
  /** The same key again, by the same caller, gets the first answer and changes nothing; for a day. */
  readonly idempotencyKey?: string | null;
  /** Says that more than half of the rows are meant to go. */
  readonly acceptLoss?: boolean;
}
