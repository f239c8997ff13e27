import type { CancelTimer, Clock } from '../../core/clock.js';
import { Deferred } from './deferred.js';

/** What became of one cleaning. */
export interface Cleaned {
  readonly expired: number;
  /** Least recently used entries that had to go for room. */
  readonly evicted: number;
  /** False where the time was over first: the next one goes on. */
  readonly isComplete: boolean;
  readonly ms: number;
}

/** A cleaning that somebody waits for: it ends when nothing is left to do, or when its time is over. */
export class Cleaning {
  expired = 0;
  evicted = 0;
  isOver = false;
  private readonly done = new Deferred<Cleaned>();
  private readonly startedAt: number;
  private readonly cancel: CancelTimer;

  constructor(
    private readonly clock: Clock,
    withinMs: number,
  ) {
    this.startedAt = clock.now();
    this.cancel = clock.after(withinMs, () => this.end(false));
  }

  get outcome(): Promise<Cleaned> {
    return this.done.promise;
  }

  end(isComplete: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancel();
    const { expired, evicted, startedAt } = this;
    this.done.resolve({ expired, evicted, isComplete, ms: this.clock.now() - startedAt });
  }
}
