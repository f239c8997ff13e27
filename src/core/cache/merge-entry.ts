import type { StreamState } from '../coherence/stream-state.js';
import type { Entry } from './entry.js';

/**
 * True when `candidate` may replace `held` (PROTOCOL CO-11): an entry of the current epoch beats any other; one of an
 * epoch that was left is beaten by any other but one of an epoch that was left before it; and within an epoch a lower
 * version never replaces a higher one, however late its load arrives. At the same version, or where none of that tells,
 * the later confirmation wins.
 */
export function mayReplace(
  candidate: Entry<unknown>,
  held: Entry<unknown>,
  { epoch, abandoned }: Pick<StreamState, 'epoch' | 'abandoned'>,
): boolean {
  if (held.asOf !== null && candidate.asOf !== null) {
    if (candidate.asOf.epoch === held.asOf.epoch) {
      if (candidate.asOf.version !== held.asOf.version) return candidate.asOf.version > held.asOf.version;
    } else {
      if (held.asOf.epoch === epoch) return false;
      if (candidate.asOf.epoch === epoch) return true;
      const isHeldOver = abandoned.has(held.asOf.epoch);
      if (isHeldOver !== abandoned.has(candidate.asOf.epoch)) return isHeldOver;
      if (isHeldOver) return isLeftLater(abandoned, candidate.asOf.epoch, held.asOf.epoch);
    }
  }
  return candidate.confirmedAt >= held.confirmedAt;
}

/** Epochs are left in the order in which they began; one that was put back is as another history. */
function isLeftLater(abandoned: ReadonlySet<string>, one: string, other: string): boolean {
  for (const epoch of abandoned) {
    if (epoch === one) return false;
    if (epoch === other) return true;
  }
  return false;
}
