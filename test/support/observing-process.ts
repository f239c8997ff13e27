import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import { tierProcess, type ProcessOptions, type TierProcess } from './tier-process.js';

/** Nothing stale is ever served, and values age from their observation. */
export const observedPolicy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  negativeMaxAgeMs: 10_000,
  invalidatedMaxStaleMs: 0,
};

/** A process of a namespace whose values are observations. */
export function observingProcess({ policy, ...options }: ProcessOptions): TierProcess {
  return tierProcess({
    confirmedBy: 'load',
    newestBy: 'observation',
    ...options,
    policy: { ...observedPolicy, ...policy },
  });
}

/** The same time and timers, as told by a machine whose clock is wrong by so much (ms). */
export function skewed(clock: VirtualClock, byMs: number): VirtualClock {
  return Object.assign(Object.create(clock) as VirtualClock, {
    now: () => clock.now() + byMs,
    wall: () => clock.wall() + byMs,
    after: (ms: number, fire: () => void) => clock.after(ms, fire),
  });
}
