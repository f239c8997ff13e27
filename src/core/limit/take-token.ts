import type { BucketRate, Taken } from './token-bucket.js';

/** Sums of fractions of a millisecond are not exact. */
const roundingMs = 0.05;

export interface Taking extends Taken {
  /** When the bucket will be full, which is all that has to be kept of it. */
  readonly fullAt: number;
}

/**
 * Pure: a token bucket as the generic cell rate algorithm, of which `take-token.script.ts` is the twin in Lua. A full one
 * gives `burst` tokens at once and then one every `1000 / perSecond` ms, with no window to begin anew in. Who is refused
 * takes nothing: however hard somebody hammers, the next token is theirs in time.
 * @param fullAt what was kept, `undefined` for a bucket that nobody took from; ms on the timeline of `now`
 */
export function takeToken(fullAt: number | undefined, now: number, { perSecond, burst }: BucketRate): Taking {
  const tokenMs = 1_000 / perSecond;
  const capacityMs = burst * tokenMs;
  // Never emptier than empty: a clock that was set back, or a bucket that was larger once, locks nobody out.
  const debtMs = Math.min(Math.max((fullAt ?? now) - now, 0), capacityMs);
  const retryAfterMs = debtMs + tokenMs - capacityMs;
  const isTaken = retryAfterMs <= roundingMs;
  const fullInMs = isTaken ? debtMs + tokenMs : debtMs;
  return {
    isTaken,
    remaining: Math.max(0, Math.floor((capacityMs - fullInMs + roundingMs) / tokenMs)),
    retryAfterMs: isTaken ? 0 : retryAfterMs,
    fullInMs,
    fullAt: now + fullInMs,
  };
}
