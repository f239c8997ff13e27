import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { settlesWithin, type Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Repeating } from '../../../platform/clock/repeating.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { ReadCounts } from './read-counts.js';
import { addReads, deleteOldReads } from './read-counts.sql.js';

const everyMs = 60_000;
const dayMs = 86_400_000;
const keptDays = 30;
/** The end of a process does not wait longer for a database that may be away. */
const lastWriteWithinMs = 500;
/** Callers choose keys: what they choose must fill neither the memory, while the database is away, nor a table. */
const mostWaiting = 10_000;
const mostAtOnce = 1_000;
const mostADay = 1_000;

/**
 * Adds what was read to `catalog_reads`, each minute and at the end, for later starts (CT-8). Where it is unknown whether
 * it was added, it is added again: a count that is a minute's too high orders no worse.
 */
@Injectable()
export class ReadCountKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private waiting = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();
  private deletedAt = Number.NEGATIVE_INFINITY;
  private readonly flushing = new Repeating(everyMs, () => this.flush());

  constructor(
    @Inject(ReadCounts) private readonly counts: ReadCounts,
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.flushing.start(this.clock);
  }

  async beforeApplicationShutdown(): Promise<void> {
    void this.flushing.stop();
    await settlesWithin(this.clock, lastWriteWithinMs, this.flush());
  }

  /** Settles once what was counted is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() =>
      this.write().catch((error: Error) =>
        this.logger.debug({ error: error.message }, 'counts of reads wait for the database'),
      ),
    );
    return this.writing;
  }

  private async write(): Promise<void> {
    for (const [key, reads] of this.counts.take()) this.add(key, reads);
    if (this.waiting.size > 0) {
      const most = [...this.waiting].toSorted(([, a], [, b]) => b - a).slice(0, mostAtOnce);
      await this.database.query(addReads, [most.map(([key]) => key), most.map(([, reads]) => reads)]);
      this.waiting = new Map();
    }
    if (!this.flushing.isStopped) await this.deleteOld();
  }

  private add(key: string, reads: number): void {
    const known = this.waiting.get(key);
    if (known !== undefined || this.waiting.size < mostWaiting) this.waiting.set(key, (known ?? 0) + reads);
  }

  private async deleteOld(): Promise<void> {
    if (this.clock.now() - this.deletedAt < dayMs) return;
    await this.database.query(deleteOldReads, [mostADay, keptDays]);
    this.deletedAt = this.clock.now();
  }
}
