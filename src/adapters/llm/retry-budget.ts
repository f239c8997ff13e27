import type { Clock } from '../../core/index.js';

/** What a call earns: a tenth of the calls may be attempts that follow a failed one. */
const earnedByCall = 0.1;
const mostSaved = 10;
/** So that a process that asks seldom may try again too. */
const earnedEveryMs = 10_000;

/**
 * How many attempts may follow a failed one, over all calls: an upstream that fails is not asked three times as often for
 * it. A token bucket as Finagle's RetryBudget, which deposits a share of each request and a small floor of its own by time.
 * It begins full.
 */
export class RetryBudget {
  private saved = mostSaved;
  private since: number;

  constructor(private readonly clock: Clock) {
    this.since = clock.now();
  }

  /** A call begins. */
  earn(): void {
    this.add(earnedByCall);
  }

  /** Whether one more attempt may be made; it is paid for then. */
  spend(): boolean {
    const now = this.clock.now();
    this.add((now - this.since) / earnedEveryMs);
    this.since = now;
    // What is added in tenths comes to a little less than it should.
    if (this.saved < 1 - Number.EPSILON * mostSaved) return false;
    this.saved -= 1;
    return true;
  }

  private add(share: number): void {
    this.saved = Math.min(mostSaved, this.saved + share);
  }
}
