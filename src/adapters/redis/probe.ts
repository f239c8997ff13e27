const everyMs = 500;

/** Asks, while the answer is no, every 500 ms or so: a fleet does not ask in one beat. One question at a time. */
export class Probe {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | null = null;
  private isStopped = true;

  /** `ask` must not reject. */
  constructor(private readonly ask: () => Promise<boolean>) {}

  /** Settled with the first answer. */
  start(): Promise<void> {
    this.isStopped = false;
    return this.run();
  }

  /** Asks at once, when there is reason to hope. */
  readonly now = (): void => {
    void this.run();
  };

  later(): void {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(this.now, everyMs * (0.75 + Math.random() / 2)).unref();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private run(): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    this.current ??= this.ask().then((isAnswered) => {
      this.current = null;
      if (!isAnswered) this.later();
    });
    return this.current;
  }
}
