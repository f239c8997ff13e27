import type { Entry } from '../cache/entry.js';
import { ReadResult, type Standing } from '../cache/read-result.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { Load } from './loader.js';

/** The label of what a load brought: it is an answer even where the policy keeps it no moment. */
export function describeLoaded<T>(
  cache: StaleWhileRevalidateCache<T>,
  clock: Clock,
  entry: Entry<T>,
  { startedAt, confirmedSince, source }: Load<T>,
): ReadResult<T> {
  const result = cache.describe(entry);
  if ((source !== 'origin' || cache.freeze.isOn) && result !== null)
    return result.because(result.reason, source);
  const isNew = entry.confirmedAt >= confirmedSince;
  const age = clock.now() - entry.confirmedAt;
  // Older than its load by the word of the origin, it may be past its maxAge already.
  const toldAgeMs = startedAt - confirmedSince;
  const isExpired = toldAgeMs > 0 && age >= entry.maxAgeMs;
  // No load takes longer than its deadline: if one seems to, the machine was suspended, and the answer with it (CO-14).
  const isOld = isExpired || entry.supersededAt !== null || age - toldAgeMs > cache.policy.hardTimeoutMs;
  if (result !== null && (!isNew || isOld || !result.isStale)) {
    return isNew ? result.because(result.reason, 'origin') : result;
  }
  const isStale = !isNew || isOld;
  const reason = isStale ? 'invalidated' : 'fresh';
  const band = isStale ? 'expired' : 'fresh';
  const standing: Standing = { isStale, source: 'origin', reason, band, absent: entry.absent };
  return new ReadResult(entry.value, age, entry.asOf, standing);
}
