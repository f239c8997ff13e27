import type { Clock, Report } from '../../../core/index.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptContext, PromptSource } from '../prompt/prompt-source.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import { PromptUnavailableError } from '../prompt/prompt-unavailable.error.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { checkContext } from '../rendering/check-context.js';
import { labelRendered } from '../rendering/label-rendered.js';
import { PromptReads } from './prompt-reads.js';
import { toPromptQuery, type PromptRequest } from './prompt-request.js';
import { retryWithin, type Exhausted } from './retry-within.js';

const usualDeadlineMs = 8_000;
const longestDeadlineMs = 600_000;

export interface PromptManagerOptions {
  readonly source: PromptSource;
  readonly clock: Clock;
  /** Told of what is answered stale, or not at all. */
  readonly report?: Report;
  /** Milliseconds for all attempts at one prompt. Default 8 s. */
  readonly deadlineMs?: number;
  /** Uniform in 0..1. Default `Math.random`. */
  readonly random?: () => number;
  /** Aborted: what is under way ends. */
  readonly closed?: AbortSignal;
}

const nothing: PromptContext = Object.freeze({});

/** Makes prompts: where the data says so here, of what is cached, else by the source (PR-4). Keeps none. */
export class PromptManager {
  private readonly reads: PromptReads;
  private readonly deadlineMs: number;
  private readonly random: () => number;

  constructor(private readonly options: PromptManagerOptions) {
    this.reads = new PromptReads(options.source, options.report);
    this.deadlineMs = options.deadlineMs ?? usualDeadlineMs;
    this.random = options.random ?? Math.random;
  }

  /**
   * A prompt, to be used now. What is at hand is rendered with no I/O; else there are three attempts within the deadline.
   * @throws PromptNotFoundError, PlaceholdersMissingError, PlaceholderConflictError, PromptInvalidError and
   *   PromptTooLargeError at once; PromptTooStaleError where only what is stale can be had, and the template allows none;
   *   PromptUnavailableError when attempts or time ran out
   */
  async render(request: PromptRequest): Promise<RenderedPrompt> {
    const query = toPromptQuery(request);
    const context = request.context ?? nothing;
    const held = this.reads.peek(query);
    if (held !== null && held.mode === 'local') return labelRendered(held, context);
    checkContext(context);
    const { source, clock, closed } = this.options;
    const found = await retryWithin<LabelledPromptData | RenderedPrompt>(
      { clock, random: this.random, deadlineMs: this.deadlineOf(request), closed },
      async (signal) => {
        const data = this.reads.peek(query) ?? (await this.reads.read(query));
        return data.mode === 'local' ? data : source.generate(query, context, signal);
      },
      (exhausted) => giveUp(query, exhausted),
    );
    return 'prompt' in found ? found : labelRendered(found, context);
  }

  private deadlineOf({ deadlineMs = this.deadlineMs }: PromptRequest): number {
    if (deadlineMs > 0 && deadlineMs <= longestDeadlineMs) return deadlineMs;
    const message = `more than 0, and at most ${longestDeadlineMs}`;
    throw new PromptInvalidError('request', [{ path: 'deadlineMs', message }]);
  }
}

/** That nothing stale was allowed is for the caller to know; all else is that there was no answer. */
function giveUp({ nodeName }: PromptQuery, { attempts, lastError, retryAfterMs }: Exhausted): Error {
  if (lastError instanceof PromptTooStaleError) return lastError;
  return new PromptUnavailableError(nodeName, attempts, retryAfterMs, lastError);
}
