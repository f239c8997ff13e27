import type { StoredEntry } from './stored-entry.js';

export type Ordered = Pick<StoredEntry, 'absent' | 'asOf' | 'confirmedAt' | 'storedAt' | 'left'>;

/**
 * Pure: whether a tier may replace `held` by `candidate` (PROTOCOL CO-11). Within an epoch a lower version never
 * replaces a higher one, and at the same version the later confirmation wins. Between epochs the writer's word counts:
 * it stores what is of its own epoch, unless whoever stored the held entry had already left that epoch.
 * @param currentFrom not `null`: by observation. Within an epoch the later confirmation wins whatever the versions, but
 * what was read before this version gives way to what was read since, and never replaces it; and that there is no value
 * was so when it was told: a value that was stored since stands, however long ago it was observed
 */
export function supersedes(candidate: Ordered, held: Ordered, currentFrom: number | null = null): boolean {
  if (candidate.asOf !== null && held.asOf !== null) {
    if (candidate.asOf.epoch !== held.asOf.epoch) return !held.left.includes(candidate.asOf.epoch);
    const [version, heldVersion] = [candidate.asOf.version, held.asOf.version];
    if (currentFrom !== null) {
      const isCurrent = version >= currentFrom;
      if (isCurrent !== heldVersion >= currentFrom) return isCurrent;
    } else if (version !== heldVersion) return version > heldVersion;
  }
  if (currentFrom !== null && candidate.absent !== held.absent)
    return broughtAt(candidate) >= broughtAt(held);
  return candidate.confirmedAt >= held.confirmedAt;
}

const broughtAt = ({ absent, confirmedAt, storedAt }: Ordered): number => (absent ? confirmedAt : storedAt);
