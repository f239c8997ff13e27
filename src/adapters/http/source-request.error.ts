import { AppError } from '../../core/errors/app-error.js';

export type SourceFault =
  | 'address'
  | 'protocol'
  | 'redirect'
  | 'too-large'
  | 'encoding'
  | 'status'
  | 'network'
  | 'timeout'
  | 'held-off'
  | 'clock-skew';

/** A source was not asked, or gave no answer that counts. It names no header and no query of the URL. */
export class SourceRequestError extends AppError {
  readonly code = 'source-request-failed';
  readonly retryable = true;

  constructor(
    readonly fault: SourceFault,
    message: string,
    facts: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    const { status, retryAfterMs = 0, cause } = facts;
    super(message, { fault, retryAfterMs, ...(status !== undefined && { status }) }, { cause });
    this.status = status ?? null;
    this.retryAfterMs = retryAfterMs;
  }

  readonly status: number | null;
  /** Until another request can help, as the source said; 0: it said nothing. */
  readonly retryAfterMs: number;
}
