import type { CancelTimer, Clock } from '../clock.js';
import { LoadTimeoutError } from '../errors/load-timeout.error.js';

/** The time that one load may take, in all that it consists of. */
export class Deadline {
  readonly endsAt: number;
  private readonly controller = new AbortController();
  private readonly passed: Promise<never>;
  /** Ends the timer. */
  readonly cancel: CancelTimer;

  constructor(clock: Clock, namespace: string, ms: number) {
    this.endsAt = clock.now() + ms;
    let fail!: (error: Error) => void;
    this.passed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.passed.catch(() => undefined);
    this.cancel = clock.after(ms, () => {
      const timeout = new LoadTimeoutError(namespace, ms);
      fail(timeout);
      this.controller.abort(timeout);
    });
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Work that would begin after the end does not begin.
   * @throws LoadTimeoutError when the time is over first
   */
  async limit<R>(work: () => Promise<R>): Promise<R> {
    this.signal.throwIfAborted();
    return Promise.race([work(), this.passed]);
  }
}
