import { momentForm, parseMoment } from './parse-moment.js';

/** Clocks may differ by this much; whoever is further ahead of us is not believed (SI-3). */
const toleratedSkewMs = 5_000;

export type Observation =
  | { readonly observedAt: number; readonly fault: null }
  | { readonly fault: 'no-moment' | 'clock-skew'; readonly message: string };

/**
 * Pure: when something was observed, in Unix ms, by what its source told and never later than now (SI-3).
 * @param told ISO 8601, or Unix ms
 * @param now by our wall clock
 */
export function observationOf(told: unknown, now: number): Observation {
  const at = typeof told === 'number' && Number.isFinite(told) ? told : parseMoment(told);
  if (at === null) return { fault: 'no-moment', message: `must be ${momentForm}` };
  const aheadMs = at - now;
  if (aheadMs > toleratedSkewMs) {
    const message = `is ${Math.round(aheadMs)} ms ahead of our clock; clocks may differ by ${toleratedSkewMs} ms`;
    return { fault: 'clock-skew', message };
  }
  // Past every limit, and still a date.
  return { observedAt: Math.max(0, Math.min(at, now)), fault: null };
}
