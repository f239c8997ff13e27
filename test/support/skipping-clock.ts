import { SystemClock } from '../../src/adapters/system/system-clock.js';
import type { Clock } from '../../src/core/index.js';

/** The time of this machine, in which time can be skipped; timers take as long as they take. */
export function skippingClock(): { clock: Clock; skip: (ms: number) => void } {
  let skippedMs = 0;
  const clock = new SystemClock(
    () => Date.now() + skippedMs,
    () => performance.now() + skippedMs,
  );
  return { clock, skip: (ms) => void (skippedMs += ms) };
}
