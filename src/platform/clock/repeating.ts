import type { CancelTimer, Clock } from '../../core/index.js';

/**
 * Does the same again and again, one run at a time, each a pause after the one before has ended. What a run throws is the
 * run's to tell: the next one comes all the same.
 */
export class Repeating {
  private cancelTimer: CancelTimer = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private hasStopped = false;

  constructor(
    private readonly pauseMs: number | (() => number),
    private readonly run: () => unknown,
  ) {}

  get isStopped(): boolean {
    return this.hasStopped;
  }

  /** The next run begins after `firstMs`, by default a pause. Called again before it has begun, it waits anew. */
  start(clock: Clock, firstMs = this.nextPauseMs()): void {
    this.cancelTimer();
    if (this.hasStopped) return;
    this.cancelTimer = clock.after(firstMs, () => {
      this.running = this.running.then(() => this.runOnce(clock));
    });
  }

  /** No run begins any more. Settles once the one under way has ended; never rejects. */
  stop(): Promise<void> {
    this.hasStopped = true;
    this.cancelTimer();
    return this.running;
  }

  private async runOnce(clock: Clock): Promise<void> {
    if (this.hasStopped) return;
    try {
      await this.run();
    } catch {
      // Told by the run, where it is worth it.
    }
    this.start(clock);
  }

  private nextPauseMs(): number {
    return typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs();
  }
}
