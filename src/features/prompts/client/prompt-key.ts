import type { PromptQuery } from '../prompt/prompt-query.js';

/** No part of a valid query has it, and no person is an empty text. */
const separator = '\0';

export const keyOf = ({ nodeName, language, label, userId }: PromptQuery): string =>
  `${nodeName}${separator}${language}${separator}${label}${separator}${userId ?? ''}`;

export function queryOf(key: string): PromptQuery {
  const [nodeName, language, label, userId] = key.split(separator) as [string, string, string, string];
  return { nodeName, language, label, userId: userId === '' ? null : userId };
}
