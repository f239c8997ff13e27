import type { Clock } from '../../../core/index.js';
import type { SignalRecord } from './signal-record.js';

/** What the cache is told of a record: it ages from its observation, on the clock's timeline (SI-3). */
export function factsOf(
  { observed_at, ttl_ms }: SignalRecord,
  clock: Pick<Clock, 'now' | 'wall'>,
): { readonly confirmedAt: number; readonly maxAgeMs: number } {
  const now = clock.now();
  const ageMs = Math.max(0, clock.wall() - Date.parse(observed_at));
  return { confirmedAt: now - ageMs, maxAgeMs: ttl_ms };
}
