import { createHash } from 'node:crypto';

/** Pure: from `share` to half of what is left above it, the same for a key at any time: keys are not loaded all at once. */
export function aheadShareOf(key: string, share: number): number {
  const spread = createHash('sha1').update(key).digest().readUInt32BE(0) / 2 ** 32;
  return share + ((1 - share) / 2) * spread;
}
