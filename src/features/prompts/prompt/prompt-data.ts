import type { Reason, Source } from '../../../core/index.js';
import type { PromptTemplate } from './prompt-template.js';

/** What a person set for themselves, by the name of the placeholder. Frozen. */
export type PersonSettings = Readonly<Record<string, string>>;

/**
 * Where prompts of a node are rendered: `local` where they are asked for, from what is cached there; `remote` by the
 * service, or in it from what the database says at that moment.
 */
export type PromptMode = 'local' | 'remote';

/** What a prompt is made of besides the moment's content: all of it that may be cached. */
export interface PromptData {
  readonly template: PromptTemplate;
  /** Of nobody: empty. */
  readonly settings: PersonSettings;
  readonly mode: PromptMode;
}

/** How far what a prompt was made of may be trusted: as the least trustworthy part of it. */
export interface PromptLabel {
  readonly isStale: boolean;
  readonly reason: Reason;
  readonly source: Source;
  /** Of the older part. */
  readonly ageMs: number;
}

export type LabelledPromptData = PromptData & PromptLabel;
