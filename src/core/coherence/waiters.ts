import type { CancelTimer, Clock } from '../clock.js';

interface Waiter {
  readonly holds: () => boolean;
  readonly settle: (held: boolean) => void;
}

/** Callers that wait, within a deadline each, for a condition that is looked at again on every `check()`. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  constructor(private readonly clock: Clock) {}

  /** True as soon as `holds` does, false after `withinMs`. */
  until(holds: () => boolean, withinMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      let cancel: CancelTimer | undefined;
      const waiter: Waiter = {
        holds,
        settle: (held) => {
          cancel?.();
          this.waiting.delete(waiter);
          resolve(held);
        },
      };
      this.waiting.add(waiter);
      cancel = this.clock.after(withinMs, () => waiter.settle(false));
    });
  }

  check(): void {
    for (const waiter of this.waiting) if (waiter.holds()) waiter.settle(true);
  }

  /** Lets everybody go unanswered. */
  abandon(): void {
    for (const waiter of this.waiting) waiter.settle(false);
  }
}
