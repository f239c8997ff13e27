import type { CancelTimer, Clock } from '../../../src/core/clock.js';

interface Timer {
  at: number;
  readonly fire: () => void;
  cancel: CancelTimer;
}

/** The clock of one process: as SystemClock, it goes on with the wall clock where that runs ahead of the monotonic one. */
export class ProcessClock implements Clock {
  private ahead = 0;
  private stepped = 0;
  private disagreement = 0;
  private slept = 0;
  private sleeping = false;
  private asleepSince = 0;
  private cancelResume: CancelTimer = () => undefined;
  private dead = false;
  private readonly timers = new Set<Timer>();

  constructor(private readonly shared: Clock) {}

  get isRunning(): boolean {
    return !this.sleeping && !this.dead;
  }

  now(): number {
    return this.shared.now() + this.ahead;
  }

  wall(): number {
    return this.shared.now() + this.stepped;
  }

  /** The monotonic clock. */
  awake(): number {
    return this.shared.now() - this.slept;
  }

  sync(): number {
    return this.disagreement;
  }

  after(ms: number, fire: () => void): CancelTimer {
    if (this.dead) return () => undefined;
    const from = this.sleeping ? this.asleepSince : this.shared.now();
    const timer: Timer = { at: from + Math.max(0, ms), fire, cancel: () => undefined };
    this.timers.add(timer);
    if (!this.sleeping) this.wind(timer);
    return () => {
      timer.cancel();
      this.timers.delete(timer);
    };
  }

  /** Somebody sets the wall clock: the timeline follows it forward, never back. */
  step(ms: number): void {
    this.stepped += ms;
    this.ahead += Math.max(0, ms);
    this.disagreement += Math.abs(ms);
  }

  /** The machine stops for so long, and its timers with it; the wall clock does not. */
  suspend(ms: number): void {
    if (this.dead) return;
    if (!this.sleeping) this.asleepSince = this.shared.now();
    this.sleeping = true;
    for (const timer of this.timers) timer.cancel();
    this.cancelResume();
    this.cancelResume = this.shared.after(ms, () => this.resume());
  }

  resume(): void {
    if (!this.sleeping) return;
    const slept = this.shared.now() - this.asleepSince;
    this.cancelResume();
    this.sleeping = false;
    this.slept += slept;
    this.disagreement += slept;
    for (const timer of this.timers) {
      timer.at += slept;
      this.wind(timer);
    }
  }

  /** The process is killed: nothing of it happens any more. */
  kill(): void {
    this.dead = true;
    this.cancelResume();
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  private wind(timer: Timer): void {
    timer.cancel = this.shared.after(timer.at - this.shared.now(), () => {
      this.timers.delete(timer);
      timer.fire();
    });
  }
}
