import { TooStaleError } from '../../../core/index.js';
import type { PromptQuery } from './prompt-query.js';

/** What is held can't be proven current, and the template allows nothing stale. */
export class PromptTooStaleError extends TooStaleError {
  override readonly code = 'prompt-too-stale';

  constructor(
    { nodeName }: Pick<PromptQuery, 'nodeName'>,
    ageMs: number,
    retryAfterMs: number,
    cause?: unknown,
  ) {
    const age = `${Math.round(ageMs)} ms old`;
    super(
      `Prompt "${nodeName}": what is held is stale (${age}), and its template allows nothing stale`,
      retryAfterMs,
      ageMs,
      cause,
    );
  }
}
