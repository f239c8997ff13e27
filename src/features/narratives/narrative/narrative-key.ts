import type { ProfileHashes } from './hash-profile.js';

/** Of the form of keys and of values; another one is another key. */
export const narrativeVersion = 1;

/** What a narrative is made by, as far as its key tells. */
export interface KeyParts {
  readonly engine: string;
  /** 10 hexadecimal digits. */
  readonly promptHash: string;
}

/** Pure: what a narrative is cached under (NA-2). */
export const narrativeKey = ({ engine, promptHash }: KeyParts, { sha1 }: ProfileHashes): string =>
  `narr:v${narrativeVersion}:${engine}:${promptHash}:${sha1}`;

/** Whether a key is this one, or one below it, where what collided with it is kept. */
export const isUnder = (key: string, narrative: string): boolean =>
  key === narrative || key.startsWith(`${narrative}:`);

/**
 * Pure: where a narrative is looked for, the next one where the last one holds what was made by another prompt or of
 * another profile, though its hashes begin alike. The last of them names both whole.
 */
export function keysOf(
  parts: KeyParts & { readonly promptSha256: string },
  profile: ProfileHashes,
): string[] {
  const key = narrativeKey(parts, profile);
  return [key, `${key}:${profile.sha256}`, `${key}:${parts.promptSha256}:${profile.sha256}`];
}
