import type { Lease, Lock, LockName, Wait } from '../core/tiers/lock.js';
import type { Chaos } from './chaos.js';

/** Any lock, with mishaps as it is taken. */
export class ChaosLock implements Lock {
  constructor(
    private readonly inner: Lock,
    private readonly chaos: Chaos,
  ) {}

  acquire(name: LockName, ttlMs: number): Promise<Lease | null> {
    return this.chaos.befall(() => this.inner.acquire(name, ttlMs));
  }

  wait(name: LockName): Wait {
    return this.inner.wait(name);
  }
}
