import type { LlmUsage } from './llm-answer.js';
import type { LlmFailure } from './llm-failure.js';

interface Facts {
  /** Of HTTP. */
  readonly status?: number;
  /** As the upstream asked; `null`: it did not. */
  readonly retryAfterMs?: number | null;
  readonly usage?: LlmUsage | null;
}

/** Why one attempt gave no answer. The message goes to the log: nothing of prompt, answer, headers or key, and no cause. */
export class AttemptFault extends Error {
  override readonly name = 'AttemptFault';
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly usage: LlmUsage | null;

  constructor(
    readonly failure: LlmFailure,
    message: string,
    { status, retryAfterMs, usage }: Facts = {},
  ) {
    super(message);
    this.status = status ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
    this.usage = usage ?? null;
  }
}
