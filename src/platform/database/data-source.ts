import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DeadlineClient } from '../../adapters/postgres/deadline-client.js';

/** Ours beside whatever DataSource the host application has. */
export const dataSourceName = 'lastgood';

/** For writers. Loads and polls have a pool of their own, so that no publish starves them. */
export function dataSourceOptions(url: string): TypeOrmModuleOptions {
  return {
    name: dataSourceName,
    type: 'postgres',
    url,
    schema: 'lastgood',
    autoLoadEntities: true,
    synchronize: false,
    // Connected by DatabaseService: a database that is away must not keep the process from starting.
    manualInitialization: true,
    applicationName: 'lastgood-write',
    poolErrorHandler: () => undefined,
    extra: {
      Client: DeadlineClient,
      max: 5,
      connectionTimeoutMillis: 2_000,
      query_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
      keepAlive: true,
    },
  };
}
