import type { PersonSettings, PromptLabel, PromptMode } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import type { PromptDataAnswer } from '../prompt/prompt-wire.js';

/** What the service answered for one query, as it is kept. */
export interface HeldPrompt {
  readonly template: PromptTemplate;
  readonly settings: PersonSettings;
  readonly mode: PromptMode;
  readonly etag: string | null;
  /** What the service said of itself when it last answered. */
  readonly told: ToldLabel;
}

export type ToldLabel = Pick<PromptLabel, 'isStale' | 'reason' | 'ageMs'>;

/** @param share gives the one object of a template that several answers bring */
export function toHeldPrompt(
  answer: PromptDataAnswer,
  etag: string | null,
  share: (template: PromptTemplate) => PromptTemplate,
): HeldPrompt {
  const { meta } = answer;
  return {
    template: share({
      nodeName: answer.node_name,
      language: answer.language,
      label: answer.label,
      version: answer.template_version,
      system: answer.system,
      body: answer.template,
      dynamicPlaceholders: answer.required_dynamic_placeholders,
      cacheTtlMs: answer.cache_ttl * 1_000,
      allowStale: answer.allow_stale,
      // Whose prompts are rendered where is decided by the service: `mode` has its word.
      localShare: 1,
    }),
    settings: answer.user_placeholders,
    mode: answer.mode,
    etag,
    told: { isStale: meta.is_stale, reason: meta.reason, ageMs: meta.age_ms },
  };
}
