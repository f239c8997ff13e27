import type { CancelTimer, Clock } from '../../src/core/index.js';

/** The clock of a machine that is wrong by so much, and runs as fast as the true one. */
export class SkewedClock implements Clock {
  constructor(
    private readonly truth: Clock,
    readonly skewMs: number,
  ) {}

  now(): number {
    return this.truth.now() + this.skewMs;
  }
  wall(): number {
    return this.truth.wall() + this.skewMs;
  }
  sync(): number {
    return this.truth.sync();
  }
  after(ms: number, fire: () => void): CancelTimer {
    return this.truth.after(ms, fire);
  }
}
