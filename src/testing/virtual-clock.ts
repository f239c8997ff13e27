import type { CancelTimer, Clock } from '../core/clock.js';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Lets promises that are already settled run their continuations. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that stands still until `advance` is called; timers fire in order, at their own moment. */
export class VirtualClock implements Clock {
  private elapsed = 0;
  private step = 0;
  private disagreement = 0;
  private readonly timers = new Set<Timer>();

  constructor(private readonly start = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.start + this.elapsed;
  }

  wall(): number {
    return this.start + this.elapsed + this.step;
  }

  sync(): number {
    return this.disagreement;
  }

  after(ms: number, fire: () => void): CancelTimer {
    const timer = { at: this.now() + Math.max(0, ms), fire };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Timers that wait. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves time on, firing what falls due and letting promises settle before and after each. */
  async advance(ms: number): Promise<void> {
    const target = this.now() + ms;
    await settle();
    for (let due = this.nextDue(target); due !== undefined; due = this.nextDue(target)) {
      this.elapsed = Math.max(this.elapsed, due.at - this.start);
      this.timers.delete(due);
      due.fire();
      await settle();
    }
    this.elapsed = target - this.start;
    await settle();
  }

  /** An operator or NTP sets the wall clock; the timeline of `now()` goes on unmoved. */
  stepWall(ms: number): void {
    this.step += ms;
    this.disagreement += Math.abs(ms);
  }

  private nextDue(target: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= target && (!next || timer.at < next.at)) next = timer;
    return next;
  }
}
