import type { Entry } from '../../../core/index.js';
import type { NarrativeValue } from '../narrative/narrative.js';

/**
 * Pure: when a narrative was or will be stale, in ISO 8601. What is stored was reckoned by the policy of the process
 * that made it, at that time; what counts is the policy of now, and whether it was invalidated meanwhile.
 *
 * @param entry what is held of it; `undefined`: it is not, and what is stored is all that is known
 * @param aheadMs by how much the clock's timeline is ahead of the wall clock
 */
export function tellStaleAfter(
  { meta }: NarrativeValue,
  entry: Entry<NarrativeValue> | undefined,
  aheadMs: number,
): string {
  if (entry?.value.meta !== meta) return meta.stale_after;
  const byAge = Date.parse(meta.refreshed_at) + Math.floor(entry.maxAgeMs);
  const at = entry.supersededAt === null ? byAge : Math.min(byAge, entry.supersededAt - aheadMs);
  return new Date(at).toISOString();
}
