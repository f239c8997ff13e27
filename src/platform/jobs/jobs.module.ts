import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { databaseUrl } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { JobQueue } from './job-queue.service.js';
import { JOBS_POOL } from './jobs-pool.js';

/** Enough for pg-boss to set up its schema. */
const timeoutMs = 5_000;
const maxConnections = 2;

/** Provides `JobQueue`. */
@Global()
@Module({
  providers: [
    {
      provide: JOBS_POOL,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger) =>
        new StatementPool({
          url: databaseUrl(settings),
          name: 'lastgood-jobs',
          timeoutMs,
          maxConnections,
          asksAgain: false,
          onIdleError: ({ message }) => logger.debug({ error: message }, 'an idle database connection broke'),
        }),
    },
    JobQueue,
  ],
  exports: [JobQueue],
})
export class JobsModule implements OnApplicationShutdown {
  constructor(
    @Inject(JOBS_POOL) private readonly pool: StatementPool,
    @Inject(JobQueue) private readonly queue: JobQueue,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
    await this.pool.close();
  }
}
