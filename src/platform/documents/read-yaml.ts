import { LineCounter, parseDocument } from 'yaml';
import type { DocumentFault } from './document-fault.js';
import { findDuplicateYamlKeys } from './find-duplicate-yaml-keys.js';

interface ReadYaml {
  /** Nothing to rely on where there are faults. */
  readonly value: unknown;
  readonly faults: readonly DocumentFault[];
}

/** Reads YAML or JSON strictly: a warning is a fault too, and so are too many aliases. Every fault of its syntax. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const told = [...document.errors, ...document.warnings].map(({ pos, message }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { path: `line ${line}, column ${col}`, message };
  });
  const faults = told.length > 0 ? told : findDuplicateYamlKeys(document, lines);
  if (faults.length > 0) return { value: null, faults };
  try {
    return { value: document.toJS(), faults };
  } catch (error) {
    // Aliases are resolved only here: unknown ones, and too many of them.
    if (!(error instanceof ReferenceError)) throw error;
    return { value: null, faults: [{ path: 'document', message: error.message }] };
  }
}
