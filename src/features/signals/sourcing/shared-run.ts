interface Run<T> {
  readonly done: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** One run at a time, for all who want it; ended once the last of them has left. */
export class SharedRun<T> {
  private current: Run<T> | null = null;

  constructor(private readonly start: (signal: AbortSignal) => Promise<T>) {}

  /** Joins what runs, or starts it. Rejects with the signal's reason once it is aborted. */
  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const run = (this.current ??= this.begin());
    run.waiting++;
    let leave!: () => void;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(signal.reason as Error);
    });
    signal.addEventListener('abort', leave);
    try {
      return await Promise.race([run.done, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      run.waiting--;
      if (run.waiting === 0) this.end(run);
    }
  }

  private begin(): Run<T> {
    const controller = new AbortController();
    const done = this.start(controller.signal);
    const run = { done, controller, waiting: 0 };
    const over = () => {
      if (this.current === run) this.current = null;
    };
    done.then(over, over);
    return run;
  }

  private end(run: Run<T>): void {
    if (this.current !== run) return;
    this.current = null;
    run.controller.abort();
  }
}
