import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import type { EntityManager } from 'typeorm';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { settlesWithin, type Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { DatabaseService, DatabaseUnavailableError } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { JobWorker, type JobHandling } from './job-worker.js';
import { JOBS_POOL } from './jobs-pool.js';
import { closeBoss, openBoss, retryDelaySeconds } from './open-boss.js';

/** How a job is sent. */
interface Sending {
  /** It waits at least so long (ms), from the beginning of the transaction on. Default 0. */
  readonly afterMs?: number;
  /** It comes again for at least so long (ms) where it fails. Default: two days. */
  readonly triedForMs?: number;
  /** Not done after so long (ms), as when its process was killed, it is given to another one. Default: an hour. */
  readonly takenForMs?: number;
}

const readyWithinMs = 500;
const retryMs = 500;
/** The end of a process does not wait longer for the last words of its jobs. */
const idleWithinMs = 1_000;

/**
 * Jobs in Postgres, by pg-boss: each goes to one process. It starts behind the server, and again and again until the
 * database is there.
 */
@Injectable()
export class JobQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlings = new Map<string, JobHandling>();
  private readonly workers: JobWorker[] = [];
  private readonly closing = new AbortController();
  private boss: PgBoss | null = null;
  private isStopped = false;
  private unanswered = 0;
  private lastProblem = '';
  private tellOpened: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => (this.tellOpened = resolve));
  private starting: Promise<void> = Promise.resolve();

  constructor(
    @Inject(JOBS_POOL) private readonly pool: StatementPool,
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'whenReady'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the application is up: makes the queue, and works on it. */
  register<D extends object>(queue: string, handling: JobHandling<D>): void {
    this.handlings.set(queue, handling as unknown as JobHandling);
  }

  /**
   * Sends a job in the caller's transaction: it is there when that is committed.
   * @param key of two jobs with the same key that wait, there is one
   * @throws DatabaseUnavailableError until the queue has been set up
   */
  async send(
    queue: string,
    data: object,
    manager: EntityManager,
    key = randomUUID() as string,
    { afterMs = 0, triedForMs, takenForMs }: Sending = {},
  ): Promise<void> {
    if (this.boss === null) throw notReached();
    const executeSql = async (text: string, values: unknown[]) => ({
      rows: (await manager.query(text, values)) as unknown[],
    });
    await this.boss.send(queue, data, {
      db: { executeSql },
      singletonKey: key,
      startAfter: afterMs / 1_000,
      ...(triedForMs !== undefined && triesWithin(triedForMs)),
      ...(takenForMs !== undefined && { expireInSeconds: Math.ceil(takenForMs / 1_000) }),
    });
  }

  /**
   * Waits for a queue that is being set up, as in the first moments of a process.
   * @throws DatabaseUnavailableError where it is not there within `withinMs`
   */
  async whenReady(withinMs: number): Promise<void> {
    if (this.boss === null) await settlesWithin(this.clock, withinMs, this.opened);
    if (this.boss === null) throw notReached();
  }

  onApplicationBootstrap(): void {
    this.starting = this.start();
  }

  /** Takes no job any more; those that were taken go on. */
  beforeApplicationShutdown(): void {
    this.isStopped = true;
    for (const worker of this.workers) worker.stop();
  }

  /** Waits a moment for what was taken, and closes. */
  async close(): Promise<void> {
    this.beforeApplicationShutdown();
    await Promise.all(this.workers.map((worker) => worker.whenIdle(idleWithinMs)));
    this.closing.abort(new Error('The job queue is closed'));
    await this.starting;
    if (this.boss !== null) await closeBoss(this.boss).catch(() => undefined);
  }

  private async start(): Promise<void> {
    while (!this.isStopped) {
      try {
        if (await this.database.whenReady(readyWithinMs)) return await this.open();
      } catch (error) {
        this.warnOnce(error);
      }
      if (!this.isStopped) await new Promise<void>((resolve) => void this.clock.after(retryMs, resolve));
    }
  }

  private async open(): Promise<void> {
    const working = [...this.handlings].filter(([, { concurrency }]) => concurrency > 0);
    const boss = await openBoss({
      pool: this.pool,
      queues: [...this.handlings.keys()],
      schedules: new Map(working.map(([queue, { cron = null }]) => [queue, cron])),
      onError: ({ message }) => this.logger.debug({ error: message }, 'upkeep of the job queue failed'),
      onAnswer: (isAnswered) => void (this.unanswered = isAnswered ? 0 : this.unanswered + 1),
      signal: this.closing.signal,
    });
    this.boss = boss;
    this.tellOpened();
    if (this.isStopped) return;
    const unanswered = () => this.unanswered;
    for (const [queue, handling] of working)
      this.workers.push(new JobWorker(queue, handling, boss, this.clock, this.logger, unanswered));
    for (const worker of this.workers) worker.start();
  }

  private warnOnce(error: unknown): void {
    const { message } = error as Error;
    if (message === this.lastProblem || this.isStopped) return;
    this.lastProblem = message;
    this.logger.warn({ error: message }, 'the job queue is not ready, trying again');
  }
}

const triesWithin = (ms: number) => {
  const retentionSeconds = Math.ceil(ms / 1_000);
  return { retentionSeconds, retryLimit: Math.ceil(retentionSeconds / retryDelaySeconds) };
};

const notReached = () => new DatabaseUnavailableError('the job queue has not been reached since the start');
