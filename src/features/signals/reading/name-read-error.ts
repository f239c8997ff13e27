import { AppError, UnavailableError } from '../../../core/index.js';
import type { KeptSignal } from './kept-signal.js';
import { SignalExpiredError } from './signal-expired.error.js';
import { SignalSourceError } from './signal-source.error.js';

export interface FailedRead {
  readonly type: string;
  readonly id: string;
  /** What is held, whether or not it is past its limit; `null`: nothing. */
  readonly held: Pick<KeptSignal, 'ageMs' | 'limitMs'> | null;
  /** What the reader said, where it threw. */
  readonly error: unknown;
}

/** What whoever asked is told where there is no value: that something is held is told before why nothing newer came. */
export function nameReadError({ type, id, held, error }: FailedRead): SignalExpiredError | SignalSourceError {
  const cause = error instanceof AppError && error.cause !== undefined ? error.cause : error;
  const retryAfterMs = retryAfter(error);
  if (held !== null && held.ageMs >= held.limitMs)
    return new SignalExpiredError(type, id, held.ageMs, held.limitMs, retryAfterMs, cause);
  if (cause instanceof SignalSourceError) return cause;
  const message =
    held === null
      ? `nothing is held, and its source cannot tell${reasonOf(cause)}`
      : `what is held was invalidated, and nothing newer came${reasonOf(cause)}`;
  return new SignalSourceError(type, id, message, { retryAfterMs, cause });
}

const reasonOf = (cause: unknown): string => (cause instanceof AppError ? `: ${cause.message}` : '');

function retryAfter(error: unknown): number {
  if (error instanceof UnavailableError) return error.retryAfterMs;
  const told = error instanceof AppError ? error.context['retryAfterMs'] : undefined;
  return typeof told === 'number' ? told : 0;
}
