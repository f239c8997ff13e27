import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../platform/documents/index.js';
import type { JsonObject } from './json.js';

/** Hexadecimal. */
export interface ProfileHashes {
  /** Of the key: short, and not proof against whoever makes collisions. */
  readonly sha1: string;
  /** What is compared on every read. */
  readonly sha256: string;
}

/** Pure: of a normalised profile. */
export function hashProfile(profile: JsonObject): ProfileHashes {
  const text = canonicalJson(profile);
  const hash = (algorithm: 'sha1' | 'sha256') => createHash(algorithm).update(text).digest('hex');
  return { sha1: hash('sha1'), sha256: hash('sha256') };
}
