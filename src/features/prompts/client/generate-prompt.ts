import { UnavailableError } from '../../../core/index.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptContext } from '../prompt/prompt-source.js';
import { generatedPromptAnswer } from '../prompt/prompt-wire.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { toWire } from './prompt-origin.js';
import type { ServiceClient } from './service-client.js';
import { toPromptError } from './to-prompt-error.js';

/** What JSON may make of a prompt and its system part. */
const maxBytes = 4 * promptLimits.promptBytes;

/**
 * One attempt at a prompt that the service renders; nothing of it is kept.
 * @throws what the service threw; UnavailableError where it gives no answer
 */
export async function generatePrompt(
  service: ServiceClient,
  query: PromptQuery,
  context: PromptContext,
  signal: AbortSignal,
): Promise<RenderedPrompt> {
  const body = { ...toWire(query), context };
  const answer = await service.post({ path: 'generate-prompt', body, maxBytes, signal });
  if (answer.status !== 200) throw toPromptError(answer, query);
  const { data } = generatedPromptAnswer.safeParse(answer.body);
  if (data === undefined) {
    throw new UnavailableError('The prompt service answered something else than a prompt', 0);
  }
  const { meta } = data;
  return {
    prompt: data.prompt,
    system: data.system,
    usedPlaceholders: data.used_placeholders,
    nodeName: data.node_name,
    language: data.language,
    templateVersion: data.template_version,
    mode: 'remote',
    isStale: meta.is_stale,
    reason: meta.reason,
    source: meta.source,
    ageMs: meta.age_ms,
  };
}
