import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { configDocumentSchema, type ConfigDocument } from '../rows/config-document.js';
import { fromDocument } from '../rows/proposed-config.js';
import { findDuplicateYamlKeys } from './find-duplicate-yaml-keys.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import type { Fault } from '../validation/fault.js';
import { validateConfig } from '../validation/validate-config.js';

const subject = 'configuration document';

/** Reads YAML or JSON, and throws a `ConfigInvalidError` that lists every fault of its syntax, or else of its values. */
export function readConfigDocument(text: string): ConfigDocument {
  return parseConfigDocument(parseYaml(text));
}

/** The same for what was parsed already. */
export function parseConfigDocument(value: unknown): ConfigDocument {
  const result = configDocumentSchema.safeParse(value, { reportInput: true });
  if (!result.success) throw new ConfigInvalidError(subject, result.error.issues.map(toFault));
  return result.data;
}

/** @throws ConfigInvalidError with everything that is wrong with a document as the whole configuration */
export function validateConfigDocument(document: ConfigDocument): void {
  const faults = validateConfig(fromDocument(document));
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
}

function parseYaml(text: string): unknown {
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
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
  try {
    return document.toJS();
  } catch (error) {
    // Aliases are resolved only here: unknown ones, and too many of them.
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigInvalidError(subject, [{ path: 'document', message: error.message }]);
  }
}

function toFault({ path, message, input }: z.core.$ZodIssue): Fault {
  // Texts are not quoted: a secret may have got into a document.
  const isPlain = ['number', 'boolean'].includes(typeof input);
  return {
    path: path.length === 0 ? 'document' : z.core.toDotPath(path),
    message: isPlain ? `${message}, got ${JSON.stringify(input)}` : message,
  };
}
