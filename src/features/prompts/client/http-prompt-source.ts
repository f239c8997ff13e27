import {
  AppError,
  Reader,
  StaleWhileRevalidateCache,
  TooStaleError,
  UnavailableError,
  type Clock,
  type EntryMap,
  type ReadResult,
} from '../../../core/index.js';
import { promptsPolicy } from '../prompts.policy.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptContext, PromptSource } from '../prompt/prompt-source.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { generatePrompt } from './generate-prompt.js';
import type { HeldPrompt } from './held-prompt.js';
import { keyOf } from './prompt-key.js';
import { PromptOrigin } from './prompt-origin.js';
import type { ServiceClient } from './service-client.js';
import { warmPrompts, type Warmed } from './warm-prompts.js';

/** Behind answers, at one time. */
const mostRefreshes = 10;
/** A new template is seen this soon (ms) by those who found none. */
const negativeMaxAgeMs = 5_000;

export interface HttpPromptSourceOptions {
  readonly service: ServiceClient;
  readonly clock: Clock;
  readonly entries: EntryMap<HeldPrompt>;
  /** Fresh no longer than this, whatever templates say (ms). */
  readonly maxAgeMs: number;
  /** What was loaded longer ago is asked for again behind the answer (ms). */
  readonly revalidateAfterMs: number;
  /** Milliseconds for one load. */
  readonly timeoutMs: number;
}

/** Prompts of another process's service, kept in memory alone: people's settings are personal (ADR 0019). */
export class HttpPromptSource implements PromptSource {
  private readonly reader: Reader<HeldPrompt>;
  private readonly origin: PromptOrigin;
  private readonly refreshing = new Set<string>();

  constructor(private readonly options: HttpPromptSourceOptions) {
    const { service, clock, entries, maxAgeMs, timeoutMs } = options;
    this.origin = new PromptOrigin(service, maxAgeMs);
    const softTimeoutMs = Math.min(promptsPolicy.softTimeoutMs, timeoutMs / 2);
    const policy = { ...promptsPolicy, jitter: 0, softTimeoutMs, hardTimeoutMs: timeoutMs, negativeMaxAgeMs };
    this.reader = new Reader({
      namespace: 'prompts',
      clock,
      report: () => undefined,
      origin: this.origin,
      cache: new StaleWhileRevalidateCache({ clock, policy, entries }),
    });
  }

  peek(query: PromptQuery): LabelledPromptData | null {
    const key = keyOf(query);
    const held = this.reader.peek(key);
    if (held === null || held.absent) return null;
    return this.answer(key, held);
  }

  async get(query: PromptQuery): Promise<LabelledPromptData> {
    const key = keyOf(query);
    let held: ReadResult<HeldPrompt>;
    try {
      held = await this.reader.get(key);
    } catch (error) {
      throw this.errorOf(query, (error as Error).cause ?? error, error);
    }
    if (held.absent) throw new PromptNotFoundError(query);
    return this.answer(key, held);
  }

  async getFresh(query: PromptQuery): Promise<LabelledPromptData> {
    const key = keyOf(query);
    const { reader } = this;
    try {
      if (reader.retryInMs(key) > 0) throw reader.lastError(key);
      const { absent, value, confirmedAt } = await reader.refresh(key);
      if (absent) throw new PromptNotFoundError(query);
      const { told, ...data } = value;
      const ageMs = this.options.clock.now() - confirmedAt + told.ageMs;
      return { ...dataOf(data), isStale: told.isStale, reason: told.reason, source: 'origin', ageMs };
    } catch (error) {
      throw this.errorOf(query, error, error);
    }
  }

  generate(query: PromptQuery, context: PromptContext, signal: AbortSignal): Promise<RenderedPrompt> {
    return generatePrompt(this.options.service, query, context, signal);
  }

  /**
   * Loads up to 100 in one call.
   * @throws UnavailableError, PromptServiceRefusedError
   */
  warm(queries: readonly PromptQuery[], signal: AbortSignal): Promise<Warmed> {
    const { service, clock } = this.options;
    return warmPrompts({ service, clock, origin: this.origin, reader: this.reader, queries, signal });
  }

  /** Forgets everything. */
  clear(): void {
    this.reader.cache.clear();
  }

  private answer(key: string, held: ReadResult<HeldPrompt>): LabelledPromptData {
    if (held.age >= this.options.revalidateAfterMs) this.refreshBehind(key);
    const { told, ...data } = held.data;
    const isStale = held.isStale || told.isStale;
    // What was not new when it came is no newer here.
    const reason = held.isStale ? held.reason : told.reason;
    return { ...dataOf(data), isStale, reason, source: held.source, ageMs: held.age + told.ageMs };
  }

  /** An edit is seen a moment later, and nobody waits; failures back off. */
  private refreshBehind(key: string): void {
    const { reader, refreshing } = this;
    if (refreshing.has(key) || refreshing.size >= mostRefreshes || reader.retryInMs(key) > 0) return;
    refreshing.add(key);
    const settle = () => void refreshing.delete(key);
    reader.refresh(key).then(settle, settle);
  }

  /** @param cause why the last load failed */
  private errorOf(query: PromptQuery, cause: unknown, error: unknown): unknown {
    if (cause instanceof AppError && !cause.retryable) return cause;
    if (cause instanceof PromptTooStaleError) return cause;
    const key = keyOf(query);
    const told = cause instanceof UnavailableError ? cause.retryAfterMs : 0;
    const retryAfterMs = Math.max(told, this.reader.retryInMs(key));
    const held = this.reader.describe(key);
    if (held !== null && !held.absent) {
      return new PromptTooStaleError(query, held.age + held.data.told.ageMs, retryAfterMs, cause);
    }
    if (error instanceof TooStaleError || !(cause instanceof Error)) return error;
    return new UnavailableError(cause.message, retryAfterMs, cause.cause);
  }
}

const dataOf = ({ template, settings, mode }: Omit<HeldPrompt, 'told'>) => ({ template, settings, mode });
