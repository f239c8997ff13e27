import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { CancelTimer, Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import * as sql from './narrative-requests.sql.js';

const upkeepQueue = 'narrative-upkeep';
/** At night, in UTC; not at a full hour, when everybody else has something to do. */
const nightly = '17 3 * * *';
const dayMs = 86_400_000;
const keptMs = 90 * dayMs;
const batchesKeptMs = dayMs;
const rowsAtOnce = 10_000;
const retryMs = 5_000;

/** What a run has done. */
export interface Upkeep {
  /** Months that were dropped whole. */
  readonly months: number;
  /** Requests that were deleted from the month that the limit cuts. */
  readonly requests: number;
}

/** Makes the months to come, and removes what is older than 90 days (NA-9): every night, and once at the start. */
@Injectable()
export class NarrativeUpkeep implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private isStopped = false;
  private cancelTimer: CancelTimer = () => undefined;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(JobQueue) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const work = async () => void (await this.run());
    this.queue.register(upkeepQueue, { concurrency: 1, cron: nightly, work });
  }

  onApplicationBootstrap(): void {
    void this.runAtStart();
  }

  beforeApplicationShutdown(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  /**
   * Again changes nothing.
   * @param moment in ms since 1970; by default the database's own: one process whose clock is wrong deletes nothing
   * @throws DatabaseUnavailableError; then what was done stays done
   */
  async run(moment?: number): Promise<Upkeep> {
    const now = moment ?? (await this.databaseNow());
    const since = now - keptMs;
    await this.database.write((manager) => manager.query(sql.keepMonths, [now]));
    const months = await this.database.write(async (manager) => {
      const [row] = (await manager.query(sql.dropMonths, [since])) as [{ dropped: number }];
      return row.dropped;
    });
    let requests = 0;
    for (let deleted = rowsAtOnce; deleted >= rowsAtOnce && !this.isStopped; requests += deleted) {
      const [row] = await this.database.query<{ deleted: number }>(sql.deleteOldest, [since, rowsAtOnce]);
      deleted = row!.deleted;
    }
    await this.database.query(sql.deleteBatches, [now - batchesKeptMs]);
    if (months + requests > 0) this.logger.info({ months, requests }, 'old narrative requests were removed');
    return { months, requests };
  }

  private async databaseNow(): Promise<number> {
    const [row] = await this.database.query<{ now: number }>(sql.clockNow);
    return row!.now;
  }

  private async runAtStart(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.logger.debug({ error: (error as Error).message }, 'upkeep of narrative requests is tried again');
      if (!this.isStopped) this.cancelTimer = this.clock.after(retryMs, () => void this.runAtStart());
    }
  }
}
