import { crc32 } from 'node:zlib';
import type { Ordered } from '../../core/tiers/supersedes.js';

/**
 * What a row says of itself, under a CRC of its own: a damaged index leads to rows of other keys, and a damaged column
 * would decide what is newer.
 */
export interface RowFacts extends Ordered {
  readonly namespace: string;
  readonly key: string;
  /** Unix milliseconds; `null` for as long as there is room. */
  readonly expiresAt: number | null;
  readonly pinned: boolean;
  /** CRC-32 of the envelope's bytes: facts and envelope belong together. */
  readonly envelopeCrc: number;
}

const sealBytes = 4;

/** JSON behind its CRC-32, big-endian. */
export function sealFacts(facts: RowFacts): Buffer {
  const json = Buffer.from(JSON.stringify(facts));
  const seal = Buffer.alloc(sealBytes);
  seal.writeUInt32BE(crc32(json));
  return Buffer.concat([seal, json]);
}

/** `null` for anything that `sealFacts` did not write. */
export function openFacts(sealed: Buffer): RowFacts | null {
  if (sealed.length <= sealBytes) return null;
  const json = sealed.subarray(sealBytes);
  return crc32(json) === sealed.readUInt32BE() ? (JSON.parse(json.toString()) as RowFacts) : null;
}

export const hasExpired = ({ pinned, expiresAt }: RowFacts, now: number): boolean =>
  !pinned && expiresAt !== null && expiresAt <= now;
