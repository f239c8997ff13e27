import { AppError, type Report } from '../../../core/index.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptSource } from '../prompt/prompt-source.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';

const namespace = 'prompts';

/**
 * A source's data under the rule of its template: stale where the template allows it, else fresh or not at all (PR-4).
 * What is older than the template's `cache_ttl` is stale whatever the source calls it, because settings are kept by a
 * policy of their own. What is answered stale, and what is not answered, is reported, and not whose it was.
 */
export class PromptReads {
  constructor(
    private readonly source: PromptSource,
    private readonly report: Report = () => undefined,
  ) {}

  /** What needs no waiting and may be used, with its label; else `null`. */
  peek(query: PromptQuery): LabelledPromptData | null {
    const data = this.source.peek(query);
    if (data === null || !isOld(data)) return data;
    return data.isStale && mayBeStale(data) ? this.stale(query, data) : null;
  }

  /**
   * One attempt.
   * @throws PromptTooStaleError where only what is stale can be had and the template allows none; what the source throws
   */
  async read(query: PromptQuery): Promise<LabelledPromptData> {
    try {
      return await this.attempt(query);
    } catch (error) {
      this.report({ type: 'lookup-failed', namespace, subject: subjectOf(query), error });
      throw error;
    }
  }

  private async attempt(query: PromptQuery): Promise<LabelledPromptData> {
    const data = await this.source.get(query);
    if (!isOld(data)) return data;
    // What its cache calls fresh nobody has asked for again: no word yet that it could not be had fresh.
    if (data.isStale && mayBeStale(data)) return this.stale(query, data);
    const fresh = await this.freshUnless(query, data);
    if (!fresh.isStale) return fresh;
    // The template may have become another one.
    if (fresh.template.allowStale) return this.stale(query, fresh);
    throw new PromptTooStaleError(query, fresh.ageMs, 0);
  }

  /** Fresh data; where it cannot be had and the template allows it, what is held. */
  private async freshUnless(query: PromptQuery, held: LabelledPromptData): Promise<LabelledPromptData> {
    try {
      return await this.source.getFresh(query);
    } catch (error) {
      const isFinal = error instanceof AppError && !error.retryable;
      if (isFinal || !held.template.allowStale) throw error;
      return { ...held, isStale: true, reason: 'origin-failed' };
    }
  }

  private stale(query: PromptQuery, data: LabelledPromptData): LabelledPromptData {
    const { reason, ageMs } = data;
    this.report({ type: 'stale-answer', namespace, subject: subjectOf(query), modelId: null, reason, ageMs });
    return data;
  }
}

const isOld = ({ isStale, ageMs, template }: LabelledPromptData): boolean =>
  isStale || ageMs > template.cacheTtlMs;

/** What an operator froze is meant to be used as it is. */
const mayBeStale = ({ reason, template }: LabelledPromptData): boolean =>
  template.allowStale || reason === 'frozen';

const subjectOf = ({ nodeName, language, label }: PromptQuery): string =>
  `prompt "${nodeName}", language "${language}", label "${label}"`;
