import type { Policy } from '../../core/index.js';
import type { Settings } from '../config/index.js';

/** For namespaces without a policy of their own: what is costly to make and safe to serve old. */
export function defaultPolicy({ cache }: Pick<Settings, 'cache'>): Policy {
  return {
    maxAgeMs: cache.staleAfterMs,
    staleWhileRevalidateMs: cache.maxTtlMs - cache.staleAfterMs,
    staleIfErrorMs: 0,
    softTimeoutMs: 0,
    hardTimeoutMs: 25_000,
    negativeMaxAgeMs: 60_000,
    jitter: 0.1,
    invalidatedMaxStaleMs: cache.maxTtlMs,
  };
}
