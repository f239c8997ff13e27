import type PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import { settlesWithin, type CancelTimer, type Clock } from '../../core/index.js';
import { FailingJobs } from './failing-jobs.js';

const lookEveryMs = 500;
/** A database that is away is asked ever less often, up to this. */
const lookAtLeastEveryMs = 4_000;

/** How a process works on the jobs of a queue. */
export interface JobHandling<D extends object = object> {
  /** Jobs at once, in this process; 0: it takes none. */
  readonly concurrency: number;
  /**
   * Minute, hour, day, month and weekday (UTC) of a job without data, which comes by itself, to one process; none while
   * no process works on the queue, or the database is away for that minute. Only one that waits at a time.
   */
  readonly cron?: string;
  /**
   * Does what the job asks for, which may be done already: a job can come twice. One that throws comes again, here or
   * elsewhere.
   */
  work(data: D): Promise<void>;
}

/**
 * Takes jobs of one queue. pg-boss's own worker ends the process where the database is away when a job is done; here
 * every answer is awaited, and one that cannot be given is no more than a job that comes again.
 */
export class JobWorker {
  private readonly running = new Set<Promise<void>>();
  private cancelTimer: CancelTimer = () => undefined;
  private isLooking = false;
  private isStopped = false;
  private readonly failing: FailingJobs;

  constructor(
    private readonly queue: string,
    private readonly handling: JobHandling,
    private readonly boss: PgBoss,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Questions in a row that the database did not answer. */
    private readonly unanswered: () => number,
  ) {
    this.failing = new FailingJobs(queue, clock, logger);
  }

  start(): void {
    void this.look();
  }

  /** Takes no job any more. */
  stop(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  /** True once every job that was taken is done and told of; false if that takes longer than `ms`. */
  whenIdle(ms: number): Promise<boolean> {
    return settlesWithin(this.clock, ms, Promise.all(this.running));
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.cancelTimer();
    this.isLooking = true;
    const batchSize = this.handling.concurrency - this.running.size;
    // `fetch` has no error: while the database is away there are no jobs.
    const jobs = batchSize > 0 ? await this.boss.fetch<object>(this.queue, { batchSize }) : [];
    this.isLooking = false;
    for (const job of jobs) this.begin(job);
    if (this.isStopped) return;
    const waitMs = Math.min(lookEveryMs * 2 ** Math.min(this.unanswered(), 10), lookAtLeastEveryMs);
    this.cancelTimer = this.clock.after(waitMs, () => void this.look());
  }

  private begin(job: PgBoss.Job): void {
    const done: Promise<void> = this.handle(job).then(() => {
      this.running.delete(done);
      if (!this.isStopped) void this.look();
    });
    this.running.add(done);
  }

  private async handle({ id, data }: PgBoss.Job): Promise<void> {
    try {
      if (this.isStopped) throw new Error('The process is on its way out');
      await this.handling.work(data);
    } catch (error) {
      this.failing.failed(id, error as Error);
      return this.tell(() => this.boss.fail(this.queue, id, { error: (error as Error).name }));
    }
    this.failing.done(id);
    await this.tell(() => this.boss.complete(this.queue, id));
  }

  private async tell(answer: () => Promise<unknown>): Promise<void> {
    try {
      await answer();
    } catch (error) {
      this.logger.debug({ queue: this.queue, error: (error as Error).message }, 'a job comes again');
    }
  }
}
