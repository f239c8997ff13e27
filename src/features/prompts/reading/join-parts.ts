import type { ReadResult } from '../../../core/index.js';
import { chooseMode } from '../prompt/choose-mode.js';
import type { LabelledPromptData, PersonSettings } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { worseLabel } from './worse-label.js';

const nobodys: PersonSettings = Object.freeze({});

/**
 * Pure: a template and a person's settings as one, labelled as the less trustworthy of them. Both stay the objects that
 * they are in the cache, so that whatever was worked out from them is found again.
 * @param settings `null`: nobody's
 */
export function joinParts(
  userId: string | null,
  template: ReadResult<PromptTemplate>,
  settings: ReadResult<PersonSettings> | null,
): LabelledPromptData {
  const { isStale, reason, source } = settings === null ? template : worseLabel(template, settings);
  return {
    template: template.data,
    settings: settings === null ? nobodys : settings.data,
    mode: chooseMode(template.data.localShare, template.data.nodeName, userId),
    isStale,
    reason,
    source,
    ageMs: settings === null ? template.age : Math.max(template.age, settings.age),
  };
}
