import type { KeyTemplate } from './key-template.js';
import { SignalIdInvalidError } from './signal-id-invalid.error.js';

const value = /^[A-Za-z0-9._~@+-]{1,128}$/;

export const idPartForm = '1 to 128 characters of A-Z a-z 0-9 . _ ~ @ + -, and neither "." nor ".."';

/** What may stand for one placeholder. */
export function isIdPart(text: string): boolean {
  return value.test(text) && text !== '.' && text !== '..';
}

/**
 * The key of a signal.
 * @throws SignalIdInvalidError that names the placeholder, or how many there are
 */
export function keyOf({ prefix, placeholders }: KeyTemplate, type: string, id: string): string {
  const parts = id.split(':');
  if (parts.length !== placeholders.length) {
    const wanted = placeholders.map((name) => `{${name}}`).join(':');
    throw new SignalIdInvalidError(type, `must be ${wanted}, which has ${placeholders.length} parts`);
  }
  const wrong = parts.findIndex((part) => !isIdPart(part));
  if (wrong >= 0)
    throw new SignalIdInvalidError(type, `has a wrong ${placeholders[wrong]}: it must be ${idPartForm}`);
  return prefix + id;
}
