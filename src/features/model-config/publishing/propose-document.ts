import type { ConfigDocument } from '../rows/config-document.js';
import { fromDocument, type ProposedConfig } from '../rows/proposed-config.js';
import type { Proposal } from './change-request.js';
import { namesOf } from './names-of.js';

/** Every row of a document; with `replace` those alone. */
export function proposeDocument(
  document: ConfigDocument,
  replace: boolean,
  standing: ProposedConfig,
): Proposal {
  return { put: fromDocument(document), ...(replace && { remove: namesOf(standing) }) };
}
