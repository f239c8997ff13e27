import { Document, visit } from 'yaml';
import type { PromptDocument } from './prompt-document.js';

/** Lines of blanks, and breaks and marks of other kinds than `\n`. */
const oddities = /^[ \t]+$|[^\P{C}\n\t]|[\u2028\u2029]/mu;

/** Whether a block of YAML gives a text back as it was. */
const isBlock = (text: string): boolean => /^\S/.test(text) && !oddities.test(text);

/** A text that `readPromptDocument` reads back. */
export function renderPromptDocument(document: PromptDocument, format: 'yaml' | 'json' = 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  visit(yaml, {
    Scalar(_key, node) {
      const { value } = node;
      if (typeof value !== 'string' || !value.includes('\n')) return;
      node.type = isBlock(value) ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
    },
  });
  return yaml.toString({ lineWidth: 0, doubleQuotedAsJSON: true });
}
