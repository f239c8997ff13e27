import { UnavailableError } from '../../../core/index.js';

/** The source of a signal cannot be asked, or what it answers does not count. */
export class SignalSourceError extends UnavailableError {
  override readonly code = 'signal-source-failed';

  constructor(
    readonly type: string,
    readonly id: string,
    message: string,
    facts: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(`Signal ${type} "${id}": ${message}`, facts.retryAfterMs ?? 0, facts.cause, { type, id });
  }
}
