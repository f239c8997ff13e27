import type { PromptMode } from './prompt-data.js';

const buckets = 2 ** 32;

/**
 * Pure: who is in the share stays in it as the share grows; each node draws its own people. FNV-1a, 32 bits
 * (draft-eastlake-fnv), then a finisher, because FNV alone leaves the last characters in the low bits.
 * @param share 0..1 of all people
 */
export function chooseMode(share: number, nodeName: string, userId: string | null): PromptMode {
  return hash(`${nodeName}\0${userId ?? ''}`) < share * buckets ? 'local' : 'remote';
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
