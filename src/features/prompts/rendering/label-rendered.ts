import type { LabelledPromptData } from '../prompt/prompt-data.js';
import type { PromptContext } from '../prompt/prompt-source.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { renderPrompt } from './render-prompt.js';

/** Pure: renders, and says of what; field by field, since a spread is slower. @throws what rendering throws */
export function labelRendered(data: LabelledPromptData, context: PromptContext): RenderedPrompt {
  const { template, mode, isStale, reason, source, ageMs } = data;
  const { prompt, system, usedPlaceholders } = renderPrompt(data, context);
  return {
    prompt,
    system,
    usedPlaceholders,
    nodeName: template.nodeName,
    language: template.language,
    templateVersion: template.version,
    mode,
    isStale,
    reason,
    source,
    ageMs,
  };
}
