import { Global, Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ModelConfigModule, STARTS_WITHOUT_CONFIG } from '../features/model-config/index.js';
import { AuditModule } from '../platform/audit/index.js';
import { CacheCoreModule } from '../platform/cache/index.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import { SettingsModule, type Settings } from '../platform/config/index.js';
import { DatabaseModule, DatabaseService } from '../platform/database/index.js';
import { ObservabilityModule } from '../platform/observability/index.js';
import { SecurityModule } from '../platform/security/index.js';
import { withDatabase } from './with-database.js';

/** A command may be there to mend what no server would start with. */
@Global()
@Module({
  providers: [{ provide: STARTS_WITHOUT_CONFIG, useValue: true }],
  exports: [STARTS_WITHOUT_CONFIG],
})
class MendingModule {}

/** It is reachable by then: what takes time is to migrate a new one. */
const migratedWithinMs = 30_000;

/** No reader waits for a command, and a machine that is busy is no Redis that is gone. */
const redisDeadlineMs = 2_000;

/** The modules of the server that a command needs, without its routes. */
@Module({
  imports: [
    MendingModule,
    ClockModule,
    ObservabilityModule,
    DatabaseModule,
    CacheCoreModule,
    ModelConfigModule,
    SecurityModule,
    AuditModule,
  ],
})
class CommandModule {
  static forRoot(settings: Settings, more: readonly Type[]): DynamicModule {
    return { module: CommandModule, imports: [SettingsModule.forRoot(settings), ...more] };
  }
}

/**
 * Runs `work` with the services of the server, on the same database.
 * @throws DatabaseUnreachableError before any of them is made
 * @param more modules that few commands need
 */
export function withContext<R>(
  work: (context: INestApplicationContext) => Promise<R>,
  more: readonly Type[] = [],
): Promise<R> {
  return withDatabase(async (settings, url) => {
    // A server may own the data folder, and with it the cache file.
    const cache = { ...settings.cache, diskMaxBytes: null };
    const redis = { ...settings.redis, deadlineMs: redisDeadlineMs };
    const own = { ...settings, cache, redis, database: { url }, logLevel: 'error' } as const;
    const module = CommandModule.forRoot(own, more);
    const context = await NestFactory.createApplicationContext(module, {
      logger: false,
      abortOnError: false,
    });
    try {
      await context.get(DatabaseService).whenReady(migratedWithinMs);
      return await work(context);
    } finally {
      await context.close();
    }
  });
}
