import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../../platform/documents/index.js';
import type { OperatorDocument, UnsignedDocument } from './operator-document.js';

/** Hex. */
export const contentHash = (content: unknown): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex');

export function signDocument(document: UnsignedDocument, secret: string): OperatorDocument {
  return { ...document, signature: signatureOf(document, secret).toString('hex') };
}

/** In constant time. */
export function isSignedBy(document: Readonly<Record<string, unknown>>, secret: string): boolean {
  const { signature, ...signed } = document;
  const expected = signatureOf(signed, secret);
  const given = Buffer.from(typeof signature === 'string' ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const signatureOf = (document: object, secret: string): Buffer =>
  createHmac('sha256', secret).update(canonicalJson(document)).digest();
