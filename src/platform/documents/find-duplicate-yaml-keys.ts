import { isScalar, visit, type Document, type LineCounter } from 'yaml';
import type { DocumentFault } from './document-fault.js';

/** Keys that a map has twice. The parser's own check compares each with every other one. */
export function findDuplicateYamlKeys(document: Document, lines: LineCounter): DocumentFault[] {
  const faults: DocumentFault[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const { line, col } = lines.linePos(key.range?.[0] ?? 0);
          faults.push({ path: `line ${line}, column ${col}`, message: 'Map keys must be unique' });
        }
        seen.add(key.value);
      }
    },
  });
  return faults;
}
