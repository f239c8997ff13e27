/** A timer that is later than this was held up by its own process. */
const stalledFromMs = 5;

interface Call {
  /** On `performance.now()`. */
  until: number;
  isForgiven: boolean;
  readonly fail: (error: Error) => void;
}

/** One deadline for every call, and one timer: to each call, its own would cost as much as the rest of it. */
export class SharedDeadline {
  private readonly underway = new Set<Call>();
  private timer: NodeJS.Timeout | undefined;
  private dueAt = 0;

  constructor(private readonly ms: number) {}

  /** What `work` settles with, unless the deadline comes first, or `failAll`. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const call: Call = { until: performance.now() + this.ms, isForgiven: false, fail: reject };
      this.underway.add(call);
      if (this.timer === undefined) this.watch(this.ms);
      work().then(
        (answer) => {
          this.underway.delete(call);
          resolve(answer);
        },
        (error: Error) => {
          this.underway.delete(call);
          reject(error);
        },
      );
    });
  }

  /**
   * For all at once when one has failed: what gathers behind a pipeline is sent after it, so that behind one that hangs it
   * would wait for a second deadline.
   */
  failAll(reason: () => Error): void {
    for (const { fail } of this.underway) fail(reason());
    this.underway.clear();
  }

  /**
   * Where it was this process that stood still, answers may have come in that were not read yet: they are, before
   * anything is given up.
   */
  private watch(ms: number): void {
    this.dueAt = performance.now() + ms;
    this.timer = setTimeout(setImmediate, ms, this.giveUp);
  }

  private readonly giveUp = (): void => {
    this.timer = undefined;
    const now = performance.now();
    const lateMs = now - this.dueAt;
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.underway) {
      // What was asked while the process stood still may only just have gone out: it is given that time, once.
      if (call.until <= now && lateMs > stalledFromMs && !call.isForgiven) {
        call.isForgiven = true;
        call.until = now + Math.min(lateMs, this.ms);
      }
      if (call.until > now) next = Math.min(next, call.until);
      else {
        this.underway.delete(call);
        call.fail(new Error(`No answer within ${this.ms} ms`));
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.watch(next - now);
  };
}
