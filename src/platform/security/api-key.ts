import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `lg_<prefix>_<secret>`: 8 characters to find it by, 32 random bytes to prove it. */
const form = /^lg_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/;
const prefixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface NewApiKey {
  /** Shown once and stored nowhere. */
  readonly key: string;
  readonly prefix: string;
  /** Hex. What is stored. */
  readonly sha256: string;
}

export function createApiKey(): NewApiKey {
  const prefix = Array.from(randomBytes(8), (byte) => prefixAlphabet[byte % prefixAlphabet.length]).join('');
  const key = `lg_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, sha256: hash(key).toString('hex') };
}

/** The prefix of a text of the right form, else `null`. */
export function prefixOf(key: string): string | null {
  return form.exec(key)?.[1] ?? null;
}

/** Constant-time. */
export function matches(key: string, sha256: string): boolean {
  return timingSafeEqual(hash(key), Buffer.from(sha256, 'hex'));
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
