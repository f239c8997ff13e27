import type { LabelledPromptData } from '../prompt/prompt-data.js';
import type { PromptContext } from '../prompt/prompt-source.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { renderPrompt } from './render-prompt.js';

/** Pure: renders, and says of what. @throws what rendering throws */
export function labelRendered(data: LabelledPromptData, context: PromptContext): RenderedPrompt {
  const { template, mode, isStale, reason, source, ageMs } = data;
  const { nodeName, language, version: templateVersion } = template;
  const rendered = renderPrompt(data, context);
  return { ...rendered, nodeName, language, templateVersion, mode, isStale, reason, source, ageMs };
}
