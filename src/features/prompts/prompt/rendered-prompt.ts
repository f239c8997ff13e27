import type { PromptLabel, PromptMode } from './prompt-data.js';

/** What a template, a person's settings and the moment's content make. */
export interface RenderedText {
  readonly prompt: string;
  /** `null` where the template has none. */
  readonly system: string | null;
  /** Names, sorted. */
  readonly usedPlaceholders: readonly string[];
}

/** A prompt, to be used now: it is kept nowhere. */
export interface RenderedPrompt extends RenderedText, PromptLabel {
  readonly nodeName: string;
  readonly language: string;
  readonly templateVersion: number;
  readonly mode: PromptMode;
}
