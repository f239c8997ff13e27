import type { CancelTimer, Clock } from '../../../core/index.js';
import type { LeaseRepository } from './lease.repository.js';
import type { LessonPolicy } from '../lessons.policy.js';
import type { Lease } from '../ordering/kept-lesson.js';
import type { StopSignal } from './stop-signal.js';

/** Renews a lease, and hears with each renewal whether it was lost, or the lesson cancelled. */
export class LeaseKeeper {
  private cancelTimer: CancelTimer = () => undefined;
  private isStopped = false;

  constructor(
    private readonly lease: Lease,
    private readonly store: Pick<LeaseRepository, 'renew'>,
    private readonly stopSignal: StopSignal,
    private readonly policy: Pick<LessonPolicy, 'leaseMs' | 'renewEveryMs'>,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.cancelTimer = this.clock.after(this.policy.renewEveryMs, () => void this.renew());
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  private async renew(): Promise<void> {
    try {
      const { isHeld, isCancelRequested } = await this.store.renew(this.lease, this.policy.leaseMs);
      if (this.isStopped) return;
      if (!isHeld) return this.stopSignal.lose();
      if (isCancelRequested) this.stopSignal.cancel();
    } catch {
      // The database is away: the lesson goes on, and the lease is whoever's takes it.
    }
    if (!this.isStopped) this.start();
  }
}
