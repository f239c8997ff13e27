import type { CancelTimer, Clock } from '../clock.js';
import type { Lease } from './lock.js';

/** Renews a lease at every third of its time, until it is stopped or lost. */
export function keepLease(clock: Clock, lease: Lease, ttlMs: number): CancelTimer {
  let isKept = true;
  let cancel: CancelTimer;
  const renew = async () => {
    const isHeld = await lease.renew(ttlMs).catch(() => true);
    if (isKept && isHeld) renewLater();
  };
  const renewLater = () => {
    cancel = clock.after(ttlMs / 3, () => void renew());
  };
  renewLater();
  return () => {
    isKept = false;
    cancel();
  };
}
