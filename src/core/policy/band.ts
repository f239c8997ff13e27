import type { ResolvedPolicy } from './policy.js';

/** Where a value stands in its life; DESIGN §1 says what a reader gets in each band. */
export type Band = 'fresh' | 'revalidate' | 'if-error' | 'expired';

/**
 * The band of a value of this age. `maxAgeMs` is the entry's own (jittered, or set by the value itself); the
 * stale windows are counted from its end, as in RFC 5861. Every window includes its start and not its end.
 */
export function band(ageMs: number, policy: ResolvedPolicy, maxAgeMs = policy.maxAgeMs): Band {
  if (ageMs < maxAgeMs) return 'fresh';
  const staleForMs = ageMs - maxAgeMs;
  if (staleForMs < policy.revalidateMs) return 'revalidate';
  return staleForMs < policy.staleMs ? 'if-error' : 'expired';
}
