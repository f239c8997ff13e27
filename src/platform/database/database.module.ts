import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import { ReadPool } from '../../adapters/postgres/read-pool.js';
import { WakeUpListener } from '../../adapters/postgres/wake-up-listener.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER } from '../observability/index.js';
import { dataSourceName, dataSourceOptions } from './data-source.js';
import { DatabaseService } from './database.service.js';
import { StreamReader } from './stream-reader.js';

/** The deadline of one load or poll. */
const readTimeoutMs = 1_000;
const readConnections = 4;

function urlOf({ database }: Settings): string {
  if (database.url === null)
    throw new Error('The database URL is not set: start the embedded Postgres first');
  return database.url;
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      name: dataSourceName,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => dataSourceOptions(urlOf(settings)),
    }),
  ],
  providers: [
    {
      provide: ReadPool,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger) =>
        new ReadPool({
          url: urlOf(settings),
          timeoutMs: readTimeoutMs,
          maxConnections: readConnections,
          onIdleError: (error) => logger.debug({ error: error.message }, 'an idle database connection broke'),
        }),
    },
    {
      provide: WakeUpListener,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        new WakeUpListener({ url: urlOf(settings), timeoutMs: readTimeoutMs }),
    },
    { provide: StreamReader, inject: [ReadPool], useFactory: (pool: ReadPool) => new StreamReader(pool) },
    DatabaseService,
  ],
  exports: [ReadPool, WakeUpListener, StreamReader, DatabaseService],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(ReadPool) private readonly pool: ReadPool,
    @Inject(WakeUpListener) private readonly listener: WakeUpListener,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.pool.close();
  }
}
