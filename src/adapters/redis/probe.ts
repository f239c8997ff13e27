const hopingEveryMs = 500;

/**
 * Asks every 500 ms or so while the answer is no, and now and then while it is yes: a fleet does not ask in one beat. One
 * question at a time.
 */
export class Probe {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | null = null;
  private isStopped = true;

  /**
   * @param ask must not reject
   * @param watchingEveryMs how often while the answer is yes
   */
  constructor(
    private readonly ask: () => Promise<boolean>,
    private readonly watchingEveryMs: number,
  ) {}

  /** Settled with the first answer. */
  start(): Promise<void> {
    this.isStopped = false;
    return this.run();
  }

  /** Asks at once, when there is reason to hope. */
  readonly now = (): void => {
    void this.run();
  };

  later(everyMs = hopingEveryMs): void {
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
      this.later(isAnswered ? this.watchingEveryMs : hopingEveryMs);
    });
    return this.current;
  }
}
