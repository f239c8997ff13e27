import { setMaxListeners } from 'node:events';
import type { CancelTimer, Clock } from '../../core/index.js';
import { AttemptFault } from './attempt-fault.js';

export interface CallDeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** When a call ends at the latest: after its time, or when its caller no longer wants it. */
export class CallDeadline {
  private readonly end = new AbortController();
  private readonly endsAt: number;
  private readonly cancelTimer: CancelTimer;

  constructor(private readonly options: CallDeadlineOptions) {
    const { clock, timeoutMs, signal } = options;
    this.endsAt = clock.now() + timeoutMs;
    this.cancelTimer = clock.after(timeoutMs, () =>
      this.end.abort(new AttemptFault('timeout', `no answer within ${timeoutMs} ms`)),
    );
    if (signal === undefined) return;
    // The signal of a job is one for dozens of calls: Node would warn of a leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.abandon);
  }

  /** Aborted at the end; the reason is an `AttemptFault`, or the caller's own. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  get remainingMs(): number {
    return this.endsAt - this.options.clock.now();
  }

  /** Settles as the work does, or rejects with the reason at the end, whatever the work does then. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** Settles after so long; rejects with the reason at the end. */
  pause(ms: number): Promise<void> {
    let cancel: CancelTimer | undefined;
    const passed = new Promise<void>((resolve) => {
      cancel = this.options.clock.after(ms, resolve);
    });
    return this.race(passed).finally(() => cancel?.());
  }

  /** Leaves no timer and no listener behind. */
  dispose(): void {
    this.cancelTimer();
    this.options.signal?.removeEventListener('abort', this.abandon);
  }

  private readonly abandon = (): void => this.end.abort(this.options.signal?.reason);
}
