import type { Entry } from '../../../core/index.js';

export interface Oldest {
  readonly ageMs: number;
  /** Of its own limit, 0..1. */
  readonly share: number;
}

/** The one that is nearest to its limit, of those that can still be given out; `null` where there is none. */
export function oldestOf(entries: Iterable<Entry<unknown>>, now: number): Oldest | null {
  let oldest: Oldest | null = null;
  for (const { absent, revokedAt, confirmedAt, maxAgeMs } of entries) {
    const ageMs = Math.max(0, now - confirmedAt);
    if (absent || revokedAt !== null || ageMs >= maxAgeMs) continue;
    const share = ageMs / maxAgeMs;
    if (oldest === null || share > oldest.share) oldest = { ageMs, share };
  }
  return oldest;
}
