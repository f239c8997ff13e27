import type { StoredEntry } from './stored-entry.js';

type Ordered = Pick<StoredEntry, 'asOf' | 'confirmedAt' | 'left'>;

/**
 * Pure: whether a tier may replace `held` by `candidate` (PROTOCOL CO-11). Within an epoch a lower version never
 * replaces a higher one, and at the same version the later confirmation wins. Between epochs the writer's word counts:
 * it stores what is of its own epoch, unless whoever stored the held entry had already left that epoch.
 */
export function supersedes(candidate: Ordered, held: Ordered): boolean {
  if (candidate.asOf !== null && held.asOf !== null) {
    if (candidate.asOf.epoch !== held.asOf.epoch) return !held.left.includes(candidate.asOf.epoch);
    if (candidate.asOf.version !== held.asOf.version) return candidate.asOf.version > held.asOf.version;
  }
  return candidate.confirmedAt >= held.confirmedAt;
}
