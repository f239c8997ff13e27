import type { Policy } from '../../../src/core/index.js';
import type { Namespace } from './truth.js';

const shared = { softTimeoutMs: 0, hardTimeoutMs: 1_000, jitter: 0.1, negativeMaxAgeMs: 5_000 };
const unlimited = { staleIfErrorMs: null, invalidatedMaxStaleMs: null };
export const policies: Record<Namespace, Policy> = {
  config: { ...shared, ...unlimited, maxAgeMs: 300_000, staleWhileRevalidateMs: 0, negativeMaxAgeMs: 0 },
  rows: { ...shared, ...unlimited, maxAgeMs: 10_000, staleWhileRevalidateMs: 5_000, softTimeoutMs: 20 },
  external: {
    ...shared,
    maxAgeMs: 30_000,
    staleWhileRevalidateMs: 30_000,
    staleIfErrorMs: 120_000,
    invalidatedMaxStaleMs: 60_000,
    softTimeoutMs: 50,
  },
};
