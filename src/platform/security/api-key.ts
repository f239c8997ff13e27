import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `lg_<prefix>_<secret>`: 8 characters to find it by, 32 random bytes to prove it. */
const form = /^lg_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/;
/** Another family, so that no ordinary key is ever looked for in the file of these. */
const breakGlassForm = /^lgbg_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/;
const prefixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface NewApiKey {
  /** Shown once and stored nowhere. */
  readonly key: string;
  readonly prefix: string;
  /** Hex. What is stored. */
  readonly sha256: string;
}

export function createApiKey(family: 'lg' | 'lgbg' = 'lg'): NewApiKey {
  const prefix = Array.from(randomBytes(8), (byte) => prefixAlphabet[byte % prefixAlphabet.length]).join('');
  const key = `${family}_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, sha256: sha256HexOf(key) };
}

/** The prefix of a text of the right form, else `null`. */
export function prefixOf(key: string): string | null {
  return form.exec(key)?.[1] ?? null;
}

export function breakGlassPrefixOf(key: string): string | null {
  return breakGlassForm.exec(key)?.[1] ?? null;
}

export const sha256HexOf = (key: string): string => hash(key).toString('hex');

/** Constant-time. */
export function matches(key: string, sha256: string): boolean {
  return timingSafeEqual(hash(key), Buffer.from(sha256, 'hex'));
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
