import type { Entry } from './entry.js';

/**
 * True when `candidate` may replace `held` (PROTOCOL CO-11): an entry of the current epoch beats any other, and
 * within an epoch a lower version never replaces a higher one, however late its load arrives; at the
 * same version, or where there is none, the later load start wins.
 */
export function mayReplace(candidate: Entry<unknown>, held: Entry<unknown>, epoch: string | null): boolean {
  if (held.asOf !== null && candidate.asOf !== null) {
    if (candidate.asOf.epoch !== held.asOf.epoch) return held.asOf.epoch !== epoch;
    if (candidate.asOf.version !== held.asOf.version) return candidate.asOf.version > held.asOf.version;
  }
  return candidate.confirmedAt >= held.confirmedAt;
}
