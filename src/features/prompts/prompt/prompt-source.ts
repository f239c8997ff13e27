import type { LabelledPromptData } from './prompt-data.js';
import type { PromptQuery } from './prompt-query.js';
import type { RenderedPrompt } from './rendered-prompt.js';

export type PromptContext = Readonly<Record<string, unknown>>;

/** Port: where prompts are made of: the database and its caches in the service, the service in another process. */
export interface PromptSource {
  /** What needs no waiting, be it stale, or `null` where somebody has to wait. Does no I/O; may start a refresh. */
  peek(query: PromptQuery): LabelledPromptData | null;
  /**
   * One attempt: fresh, or stale with its label.
   * @throws PromptNotFoundError; what cannot be told now as a retryable AppError
   */
  get(query: PromptQuery): Promise<LabelledPromptData>;
  /**
   * One attempt, for a caller that may be given nothing stale: joins or makes a load of what is stale.
   * @throws PromptNotFoundError, PromptTooStaleError; what cannot be told now as a retryable AppError
   */
  getFresh(query: PromptQuery): Promise<LabelledPromptData>;
  /**
   * One attempt at a prompt of which nothing comes from a cache of this process.
   * @throws as `get`, and what rendering throws
   */
  generate(query: PromptQuery, context: PromptContext, signal: AbortSignal): Promise<RenderedPrompt>;
}
