import type { Clock } from '../core/clock.js';

/** Changes in their order, each of which is seen `lagMs` after it was made. */
export class LaggingChanges {
  private readonly waiting: { readonly seenAt: number; readonly apply: () => void }[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    public lagMs: number,
  ) {}

  make(apply: () => void): void {
    this.waiting.push({ seenAt: this.clock.now() + this.lagMs, apply });
  }

  /** Applies those whose time has come; one that has not yet holds up those after it, as in a replication log. */
  catchUp(): void {
    const now = this.clock.now();
    for (let next = this.waiting[0]; next !== undefined && next.seenAt <= now; next = this.waiting[0]) {
      this.waiting.shift();
      next.apply();
    }
  }
}
