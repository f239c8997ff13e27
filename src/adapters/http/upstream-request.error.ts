import { AppError } from '../../core/errors/app-error.js';

export type UpstreamFault =
  /** 401 and 403: it is the key. */
  | 'unauthorized'
  /** Any other status than those that are answers. */
  | 'status'
  /** An answer that is none: of another type, too large, or not of the form that is asked for. */
  | 'invalid'
  /** No whole answer in time. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'network'
  /** It was not asked: it failed just now, or asked to be left alone. */
  | 'not-tried';

/** The upstream gave no answer that counts. Names neither the key nor anything of the body. */
export class UpstreamRequestError extends AppError {
  readonly code = 'upstream-request-failed';
  readonly retryable = true;
  readonly status: number | null;
  /** Until another request can help, as far as that is known; else 0. */
  readonly retryAfterMs: number;

  constructor(
    readonly fault: UpstreamFault,
    message: string,
    {
      status = null,
      retryAfterMs = 0,
    }: { readonly status?: number | null; readonly retryAfterMs?: number } = {},
  ) {
    super(message, { fault, retryAfterMs, ...(status !== null && { status }) });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
