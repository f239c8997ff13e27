import { describeIssue, readYaml } from '../../../platform/documents/index.js';
import { configDocumentSchema, type ConfigDocument } from '../rows/config-document.js';
import { fromDocument } from '../rows/proposed-config.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { validateConfig } from '../validation/validate-config.js';

const subject = 'configuration document';

/** Reads YAML or JSON, and throws a `ConfigInvalidError` that lists every fault of its syntax, or else of its values. */
export function readConfigDocument(text: string): ConfigDocument {
  const { value, faults } = readYaml(text);
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
  return parseConfigDocument(value);
}

/** The same for what was parsed already. */
export function parseConfigDocument(value: unknown): ConfigDocument {
  const result = configDocumentSchema.safeParse(value, { reportInput: true });
  if (!result.success) throw new ConfigInvalidError(subject, result.error.issues.map(describeIssue));
  return result.data;
}

/** @throws ConfigInvalidError with everything that is wrong with a document as the whole configuration */
export function validateConfigDocument(document: ConfigDocument): void {
  const faults = validateConfig(fromDocument(document));
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
}
