import type { Report } from '../../../core/index.js';
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
    return data.template.allowStale ? this.stale(query, data) : null;
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
    if (data.template.allowStale) return this.stale(query, data);
    const fresh = await this.source.getFresh(query);
    if (!fresh.isStale) return fresh;
    // The template may have become another one.
    if (fresh.template.allowStale) return this.stale(query, fresh);
    throw new PromptTooStaleError(query, fresh.ageMs, 0);
  }

  private stale(query: PromptQuery, data: LabelledPromptData): LabelledPromptData {
    const labelled: LabelledPromptData = data.isStale
      ? data
      : { ...data, isStale: true, reason: 'revalidating' };
    const { reason, ageMs } = labelled;
    this.report({ type: 'stale-answer', namespace, subject: subjectOf(query), modelId: null, reason, ageMs });
    return labelled;
  }
}

const isOld = ({ isStale, ageMs, template }: LabelledPromptData): boolean =>
  isStale || ageMs > template.cacheTtlMs;

const subjectOf = ({ nodeName, language, label }: PromptQuery): string =>
  `prompt "${nodeName}", language "${language}", label "${label}"`;
