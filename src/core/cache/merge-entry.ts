import type { StreamState } from '../coherence/stream-state.js';
import type { Entry } from './entry.js';

type EpochsKnown = Pick<StreamState, 'epoch' | 'abandoned'>;

/**
 * True when `candidate` may replace `held` (PROTOCOL CO-11): an entry of the current epoch beats any other; one of an
 * epoch that was left is beaten by any other but one of an epoch that was left before it; and within an epoch a lower
 * version never replaces a higher one, however late its load arrives. At the same version, or where none of that tells,
 * the later confirmation wins.
 */
export function mayReplace(candidate: Entry<unknown>, held: Entry<unknown>, state: EpochsKnown): boolean {
  const byEpoch = isOfLaterEpoch(candidate, held, state);
  if (byEpoch !== null) return byEpoch;
  if (held.asOf !== null && candidate.asOf?.epoch === held.asOf.epoch) {
    if (candidate.asOf.version !== held.asOf.version) return candidate.asOf.version > held.asOf.version;
  }
  return candidate.confirmedAt >= held.confirmedAt;
}

/** Whose epoch comes first; `null` where the epochs do not tell. */
export function isOfLaterEpoch(
  candidate: Entry<unknown>,
  held: Entry<unknown>,
  { epoch, abandoned }: EpochsKnown,
): boolean | null {
  if (held.asOf === null || candidate.asOf === null || candidate.asOf.epoch === held.asOf.epoch) return null;
  if (held.asOf.epoch === epoch) return false;
  if (candidate.asOf.epoch === epoch) return true;
  const isHeldOver = abandoned.has(held.asOf.epoch);
  if (isHeldOver !== abandoned.has(candidate.asOf.epoch)) return isHeldOver;
  return isHeldOver ? isLeftLater(abandoned, candidate.asOf.epoch, held.asOf.epoch) : null;
}

/** Epochs are left in the order in which they began; one that was put back is as another history. */
function isLeftLater(abandoned: ReadonlySet<string>, one: string, other: string): boolean {
  for (const epoch of abandoned) {
    if (epoch === one) return false;
    if (epoch === other) return true;
  }
  return false;
}
