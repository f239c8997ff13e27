/** What versions are counted of, and labels stand at. */
export interface PromptKey {
  readonly nodeName: string;
  /** Canonical BCP 47, or `any`. */
  readonly language: string;
}

/** As audit and errors name it: `prompts[generating_content/any]`. */
export const namePrompt = ({ nodeName, language }: PromptKey): string => `prompts[${nodeName}/${language}]`;

/** `prompts[generating_content/any]@production`. */
export const nameLabel = (key: PromptKey, label: string): string => `${namePrompt(key)}@${label}`;
