import { describeIssue, readYaml } from '../../../platform/documents/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { findTemplateFaults } from './find-template-faults.js';
import { promptDocumentSchema, type PromptDocument } from './prompt-document.js';
import { findLibraryFaults } from './find-library-faults.js';
import { toLibraryRows } from './library-rows.js';

const subject = 'prompt document';

/** Reads YAML or JSON, and throws a `PromptInvalidError` that lists every fault of its syntax, or else of its values. */
export function readPromptDocument(text: string): PromptDocument {
  const { value, faults } = readYaml(text);
  if (faults.length > 0) throw new PromptInvalidError(subject, faults);
  const result = promptDocumentSchema.safeParse(value, { reportInput: true });
  if (!result.success) throw new PromptInvalidError(subject, result.error.issues.map(describeIssue));
  return result.data;
}

/**
 * @throws PromptInvalidError with everything that is wrong with a document where nothing else stands;
 * PromptTooLargeError
 */
export function validatePromptDocument(document: PromptDocument): void {
  const library = toLibraryRows(document);
  const faults = [
    ...findLibraryFaults(library, library.placeholder_values),
    ...findTemplateFaults(document, new Set(Object.keys(document.placeholders))),
  ];
  if (faults.length > 0) throw new PromptInvalidError(subject, faults);
}
