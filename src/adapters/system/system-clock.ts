import type { CancelTimer, Clock } from '../../core/clock.js';

const roundingMs = 2;

/**
 * The machine's time as one timeline that never runs backwards. Reading it costs one call of `Date.now()`: a step
 * back is seen because time would run backwards, or at the latest by the next `sync()` (once a second), and is then
 * made good from the monotonic clock. A suspended machine stops the monotonic clock and not the wall clock, so the
 * larger of the two always counts.
 */
export class SystemClock implements Clock {
  /** How far this timeline runs ahead of the wall clock, because that was set back. */
  private lead = 0;
  private latest = 0;
  /** All that was ever seen. */
  private disagreement = 0;
  private anchorWall: number;
  private anchorMonotonic: number;

  constructor(
    private readonly readWall: () => number = Date.now,
    private readonly readMonotonic: () => number = () => performance.now(),
  ) {
    this.anchorWall = readWall();
    this.anchorMonotonic = readMonotonic();
  }

  now(): number {
    const now = this.readWall() + this.lead;
    if (now < this.latest) return this.catchUp();
    this.latest = now;
    return now;
  }

  wall(): number {
    return this.readWall();
  }

  sync(): number {
    this.compare();
    return this.disagreement;
  }

  after(ms: number, fire: () => void): CancelTimer {
    const timer = setTimeout(fire, ms);
    timer.unref();
    return () => clearTimeout(timer);
  }

  private catchUp(): number {
    this.compare();
    this.latest = Math.max(this.latest, this.readWall() + this.lead);
    return this.latest;
  }

  private compare(): void {
    const wall = this.readWall();
    const monotonic = this.readMonotonic();
    const ahead = wall - this.anchorWall - (monotonic - this.anchorMonotonic);
    // One counts whole milliseconds: what they differ by less is left to add up, or a day would be 14 s too long.
    if (Math.abs(ahead) < roundingMs) return;
    if (ahead < 0) this.lead -= ahead;
    this.disagreement += Math.abs(ahead);
    this.anchorWall = wall;
    this.anchorMonotonic = monotonic;
  }
}
