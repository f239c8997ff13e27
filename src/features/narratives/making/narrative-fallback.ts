import { Inject, Injectable } from '@nestjs/common';
import { UnavailableError } from '../../../core/index.js';
import { PromptManager } from '../../prompts/index.js';
import type { JsonObject } from '../narrative/json.js';
import type { NarrativeAnswer } from '../asking/narrative-answer.js';
import { fallbackPrompt } from '../narratives.policy.js';
import { readFallbackText } from './read-fallback-text.js';

/** Whoever is given this has waited for a narrative already. */
const deadlineMs = 2_000;

/** What stands in for a narrative: the text of a template, of which no model is asked. It is kept nowhere (NA-5). */
@Injectable()
export class NarrativeFallback {
  constructor(@Inject(PromptManager) private readonly prompts: PromptManager) {}

  /** @throws errors of `PromptManager.render`, and one where the template has no paragraph */
  async write(profile: JsonObject): Promise<NarrativeAnswer> {
    const nodeName = fallbackPrompt;
    const { prompt, source, isStale, ageMs, reason } = await this.prompts.render({
      nodeName,
      context: { profile },
      deadlineMs,
    });
    const dates = { createdAt: null, refreshedAt: null, staleAfter: null };
    const meta = { source, isStale, ageMs: Math.round(ageMs), ...dates };
    const narrative = readFallbackText(prompt);
    if (narrative.summary === '') throw new UnavailableError('The template has no text to stand in', 0);
    return { narrative, meta, reason, fallback: true };
  }
}
