import { UnavailableError } from '../../../core/index.js';

/** Every attempt failed, or the deadline passed; `cause` is why the last one did. */
export class PromptUnavailableError extends UnavailableError {
  override readonly code = 'prompt-unavailable';

  constructor(
    readonly nodeName: string,
    readonly attempts: number,
    retryAfterMs: number,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Prompt "${nodeName}": no answer after ${attempts} attempts: ${why}`, retryAfterMs, cause, {
      nodeName,
      attempts,
    });
  }
}
