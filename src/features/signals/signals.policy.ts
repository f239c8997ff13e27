import type { Policy } from '../../core/index.js';
import type { SignalType } from './types/signal-type.js';

/** Feeds and documents of others take longer than what is pushed and only looked for. */
const hardTimeoutMs = { push: 2_000, http: 10_000, feed: 10_000 } as const;

/** Of large types memory holds what is read most; the rest is on disk. */
export const largeMemoryBytes = 33_554_432;

/** An old signal is worse than none: nothing is served past its limit, whatever fails. */
export function signalsPolicy({ ttlMs, source }: Pick<SignalType, 'ttlMs' | 'source'>): Policy {
  return {
    maxAgeMs: ttlMs,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    softTimeoutMs: 0,
    hardTimeoutMs: hardTimeoutMs[source.kind],
    negativeMaxAgeMs: 60_000,
    jitter: 0,
    invalidatedMaxStaleMs: 0,
  };
}
