import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import { StatementPool, type StatementPoolOptions } from '../../adapters/postgres/statement-pool.js';
import { WakeUpListener } from '../../adapters/postgres/wake-up-listener.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER } from '../observability/index.js';
import { dataSourceName, dataSourceOptions } from './data-source.js';
import { databaseUrl } from './database-url.js';
import { DatabasePools } from './database-pools.js';
import { DatabaseService } from './database.service.js';
import { BOOKKEEPING_POOL, READ_POOL } from './pools.js';
import { StreamReader } from './stream-reader.js';

/** The deadline of one load or poll. */
const readTimeoutMs = 1_000;
const readConnections = 4;
/** Bookkeeping must neither wait for long nor keep a load or a publish from its connection. */
const bookkeepingTimeoutMs = 2_000;
const bookkeepingConnections = 2;

function poolOf(
  settings: Settings,
  logger: Logger,
  options: Omit<StatementPoolOptions, 'url' | 'onIdleError'>,
): StatementPool {
  const onIdleError = (error: Error) =>
    logger.debug({ error: error.message }, 'an idle database connection broke');
  return new StatementPool({ ...options, url: databaseUrl(settings), onIdleError });
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      name: dataSourceName,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => dataSourceOptions(databaseUrl(settings)),
    }),
  ],
  providers: [
    {
      provide: READ_POOL,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger) =>
        poolOf(settings, logger, {
          name: 'lastgood-read',
          timeoutMs: readTimeoutMs,
          maxConnections: readConnections,
        }),
    },
    {
      provide: BOOKKEEPING_POOL,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger) =>
        poolOf(settings, logger, {
          name: 'lastgood-bookkeeping',
          timeoutMs: bookkeepingTimeoutMs,
          maxConnections: bookkeepingConnections,
          asksAgain: false,
        }),
    },
    {
      provide: WakeUpListener,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        new WakeUpListener({ url: databaseUrl(settings), timeoutMs: readTimeoutMs }),
    },
    {
      provide: StreamReader,
      inject: [READ_POOL],
      useFactory: (pool: StatementPool) => new StreamReader(pool),
    },
    DatabaseService,
    DatabasePools,
  ],
  exports: [READ_POOL, WakeUpListener, StreamReader, DatabaseService, DatabasePools],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(READ_POOL) private readonly reads: StatementPool,
    @Inject(BOOKKEEPING_POOL) private readonly bookkeeping: StatementPool,
    @Inject(WakeUpListener) private readonly listener: WakeUpListener,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await Promise.all([this.reads.close(), this.bookkeeping.close()]);
  }
}
