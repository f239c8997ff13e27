import { z } from 'zod';
import type { DocumentFault } from './document-fault.js';

/** What zod found (with `reportInput`). Texts are not quoted: a secret may have got into a document. */
export function describeIssue({ path, message, input }: z.core.$ZodIssue): DocumentFault {
  const isPlain = ['number', 'boolean'].includes(typeof input);
  return {
    path: path.length === 0 ? 'document' : z.core.toDotPath(path),
    message: isPlain ? `${message}, got ${JSON.stringify(input)}` : message,
  };
}
