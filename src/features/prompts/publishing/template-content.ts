import { sha256Of } from '../../../platform/audit/index.js';

/** All that a version says; it never changes. */
export interface TemplateContent {
  readonly system: string | null;
  readonly body: string;
  /** Sorted. */
  readonly dynamicPlaceholders: readonly string[];
  readonly cacheTtlSeconds: number;
  readonly allowStale: boolean;
}

export interface TemplateVersion extends TemplateContent {
  readonly version: number;
}

/** Tells one content from another without a word of it. */
export function hashContent(content: TemplateContent): string {
  const { system, body, dynamicPlaceholders, cacheTtlSeconds, allowStale } = content;
  return sha256Of({ system, body, dynamicPlaceholders, cacheTtlSeconds, allowStale });
}

export const isSameContent = (one: TemplateContent, other: TemplateContent): boolean =>
  hashContent(one) === hashContent(other);
