import type { PromptQuery } from '../prompt/prompt-query.js';

type TemplateName = Pick<PromptQuery, 'nodeName' | 'language' | 'label'>;

/** What a template is cached under. None of its parts may hold a slash. */
export const templateKey = ({ nodeName, language, label }: TemplateName): string =>
  `${nodeName}/${language}/${label}`;

export function parseTemplateKey(key: string): TemplateName {
  const [nodeName = '', language = '', label = ''] = key.split('/');
  return { nodeName, language, label };
}
