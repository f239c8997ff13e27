import { recommend } from './recommend.js';
import type { Vote } from './vote.js';

/** Differences of decimals are not exact: .4 - .3 is more than .1. */
const tolerance = 1e-9;

/** Scores no further apart than the threshold, the same recommendation, and nobody of low confidence (LE-3). */
export function agree(one: Vote, other: Vote, threshold: number): boolean {
  const isNear = Math.abs(one.score - other.score) <= threshold + tolerance;
  const isSure = one.confidence !== 'low' && other.confidence !== 'low';
  return isNear && isSure && recommend(one) === recommend(other);
}
