import type { Clock } from '../../../core/index.js';
import { pause } from './pause.js';

/** Lets turns come no closer together than `1 / perSecond` seconds; what was not used is not saved up. */
export class Pace {
  private nextAt = Number.NEGATIVE_INFINITY;
  private readonly betweenMs: number;

  constructor(
    private readonly clock: Clock,
    /** More than 0; may be less than 1. */
    perSecond: number,
  ) {
    this.betweenMs = 1_000 / perSecond;
  }

  /** True when it is the caller's turn; false where the signal came first. */
  async turn(signal: AbortSignal): Promise<boolean> {
    const now = this.clock.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.betweenMs;
    return at > now ? pause(this.clock, at - now, signal) : !signal.aborted;
  }
}
