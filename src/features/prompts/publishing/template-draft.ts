import { analyseTemplate } from '../rendering/analyse-template.js';
import type { PromptKey } from './prompt-key.js';
import type { TemplateContent } from './template-content.js';

interface DraftText {
  readonly system: string | null;
  readonly body: string;
  /** `null`: whatever people may not set. */
  readonly dynamicPlaceholders: readonly string[] | null;
}

/** A version as somebody proposes it. */
export interface TemplateDraft extends PromptKey, DraftText {
  readonly cacheTtlSeconds: number;
  readonly allowStale: boolean;
  readonly labels: readonly string[];
}

interface DraftCheck {
  readonly dynamicPlaceholders: readonly string[];
  readonly faults: readonly { readonly path: string; readonly message: string }[];
}

/**
 * What a draft asks every context for, and everything that is wrong with it.
 * @param declaredAs how whoever proposes it calls `dynamicPlaceholders`
 * @throws PromptTooLargeError
 */
export function checkDraft(
  { system, body, dynamicPlaceholders: declaredDynamic }: DraftText,
  staticNames: ReadonlySet<string>,
  declaredAs = 'dynamicPlaceholders',
): DraftCheck {
  const { dynamicPlaceholders, faults } = analyseTemplate({ system, body, declaredDynamic, staticNames });
  const known = new Set(['template', 'system']);
  return {
    dynamicPlaceholders,
    faults: faults.map(({ path, message }) => ({ path: known.has(path) ? path : declaredAs, message })),
  };
}

export function toContent(
  { system, body, cacheTtlSeconds, allowStale }: TemplateDraft,
  dynamicPlaceholders: readonly string[],
): TemplateContent {
  return { system, body, dynamicPlaceholders, cacheTtlSeconds, allowStale };
}
