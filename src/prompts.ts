import { LruEntryMap } from './adapters/memory/lru-entry-map.js';
import { SystemClock } from './adapters/system/system-clock.js';
import type { CancelTimer, Clock } from './core/index.js';
import { PromptClient, type PromptClientOptions } from './features/prompts/client/prompt-client.js';

/** Of what is kept of templates and settings, as estimated. */
const maxBytes = 67_108_864;
const usualMaxEntries = 10_000;

/** The server's timers keep no process alive; here somebody waits for each, and nothing else may be running. */
class WaitingClock extends SystemClock {
  /** Nothing polls here, and syncs by the way: a clock that is set back between two prompts is seen by looking (CO-14). */
  override now(): number {
    this.sync();
    return super.now();
  }

  override after(ms: number, fire: () => void): CancelTimer {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  }
}

/**
 * A client of the prompt service, for other processes: it keeps templates and settings in memory and renders here, also
 * while the service is away, as each template allows.
 */
export function createPromptClient(
  options: PromptClientOptions & {
    /** Kept of queries, the least recently used of which goes first. Default 10,000. */
    readonly maxEntries?: number;
    readonly clock?: Clock;
  },
): PromptClient {
  const { maxEntries = usualMaxEntries, clock = new WaitingClock() } = options;
  return new PromptClient(options, { clock, entries: new LruEntryMap({ maxEntries, maxBytes }) });
}

export { AppError, UnavailableError, type Clock, type Reason, type Source } from './core/index.js';
export type { PromptClient, PromptClientOptions } from './features/prompts/client/prompt-client.js';
export { PromptServiceRefusedError } from './features/prompts/client/prompt-service-refused.error.js';
export type { Token } from './features/prompts/client/service-client.js';
export type { Warmed } from './features/prompts/client/warm-prompts.js';
export { PromptManager, type PromptManagerOptions } from './features/prompts/manager/prompt-manager.js';
export type { PromptRequest, PromptSubject } from './features/prompts/manager/prompt-request.js';
export { PlaceholderConflictError } from './features/prompts/prompt/placeholder-conflict.error.js';
export { PlaceholdersMissingError } from './features/prompts/prompt/placeholders-missing.error.js';
export type { LabelledPromptData, PromptData, PromptLabel } from './features/prompts/prompt/prompt-data.js';
export { PromptInvalidError } from './features/prompts/prompt/prompt-invalid.error.js';
export { PromptNotFoundError } from './features/prompts/prompt/prompt-not-found.error.js';
export type { PromptQuery } from './features/prompts/prompt/prompt-query.js';
export type { PromptContext, PromptSource } from './features/prompts/prompt/prompt-source.js';
export type { PromptTemplate } from './features/prompts/prompt/prompt-template.js';
export { PromptTooLargeError } from './features/prompts/prompt/prompt-too-large.error.js';
export { PromptTooStaleError } from './features/prompts/prompt/prompt-too-stale.error.js';
export { PromptUnavailableError } from './features/prompts/prompt/prompt-unavailable.error.js';
export type { RenderedPrompt } from './features/prompts/prompt/rendered-prompt.js';
