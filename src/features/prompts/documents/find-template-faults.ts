import { checkDraft, type TemplateDraft } from '../publishing/template-draft.js';
import type { DocumentTemplate, PromptDocument } from './prompt-document.js';

interface Fault {
  readonly path: string;
  readonly message: string;
}

export function toDraft({ node, template, dynamic, ...rest }: DocumentTemplate): TemplateDraft {
  return { nodeName: node, body: template, dynamicPlaceholders: dynamic, ...rest };
}

/**
 * Of all templates of a document.
 * @throws PromptTooLargeError
 */
export function findTemplateFaults({ templates }: PromptDocument, staticNames: ReadonlySet<string>): Fault[] {
  return templates.flatMap((template, at) =>
    checkDraft(toDraft(template), staticNames, 'dynamic').faults.map(({ path, message }) => ({
      path: `templates[${at}].${path}`,
      message: `${template.node} (${template.language}): ${message}`,
    })),
  );
}
