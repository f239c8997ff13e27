import { fractionOf } from './fraction-of.js';

/**
 * Shortens `maxAgeMs` by up to `jitter` (0..1) of itself, by a hash of the key: keys that were filled together do
 * not expire together, and one key always gets the same answer. Never longer than what was promised.
 */
export function spreadMaxAge(key: string, maxAgeMs: number, jitter: number): number {
  return jitter === 0 ? maxAgeMs : maxAgeMs * (1 - jitter * fractionOf(key));
}
