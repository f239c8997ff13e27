import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import type { DataSource, EntityManager } from 'typeorm';
import type { Row, StatementPool } from '../../adapters/postgres/statement-pool.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER } from '../observability/index.js';
import { dataSourceName } from './data-source.js';
import { DatabaseUnavailableError } from './database-unavailable.error.js';
import { BOOKKEEPING_POOL } from './pools.js';
import { migrate, pendingMigrations } from './migrate.js';
import { isConnectionProblem, writeTransaction } from './write-transaction.js';

const retryMs = 500;

/** The database as writers see it: migrated and connected, at boot or as soon as it can be reached. */
@Injectable()
export class DatabaseService implements OnModuleInit, OnApplicationShutdown {
  private closed = false;
  private lastProblem = '';
  private preparing: Promise<void> = Promise.resolve();
  private endFirstTry: () => void = () => undefined;
  private readonly firstTry = new Promise<void>((resolve) => (this.endFirstTry = resolve));

  constructor(
    @InjectDataSource(dataSourceName) private readonly source: DataSource,
    @Inject(BOOKKEEPING_POOL) private readonly bookkeeping: StatementPool,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'migratesOnStart'>,
  ) {}

  onModuleInit(): void {
    this.preparing = this.prepare();
  }

  /** Settles once the database can be written to, or after `withinMs`; true in the first case. */
  async whenReady(withinMs: number): Promise<boolean> {
    await settledWithin(this.preparing, withinMs);
    return this.source.isInitialized;
  }

  /** Settles once the schema is up to date, or could not be brought there at the first attempt, or after `withinMs`. */
  async whenTried(withinMs: number): Promise<void> {
    await settledWithin(this.firstTry, withinMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    this.endFirstTry();
    if (this.source.isInitialized) await this.preparing;
  }

  /**
   * Runs `work` in one transaction, retried where the database asks for it. Who cannot wait says how long an attempt
   * may take at most.
   * @throws DatabaseUnavailableError; then nothing was changed
   * @throws CommitInDoubtError
   */
  write<R>(work: (manager: EntityManager) => Promise<R>, attemptMs: number | null = null): Promise<R> {
    if (!this.source.isInitialized) {
      return Promise.reject(new DatabaseUnavailableError('it has not been reached since the start'));
    }
    return writeTransaction(this.source, work, attemptMs);
  }

  /**
   * One statement in a transaction of its own, for bookkeeping and for reads that are not cached.
   * @throws DatabaseUnavailableError
   */
  async query<R>(statement: string, parameters: readonly unknown[] = []): Promise<R[]> {
    if (!this.source.isInitialized) {
      throw new DatabaseUnavailableError('it has not been reached since the start', undefined, 'be asked');
    }
    try {
      return await this.bookkeeping.rows<R & Row>(statement, [...parameters]);
    } catch (error) {
      throw isConnectionProblem(error)
        ? new DatabaseUnavailableError((error as Error).message, error, 'be asked')
        : error;
    }
  }

  private async prepare(): Promise<void> {
    while (!this.closed && !this.source.isInitialized) {
      try {
        await this.bringUpToDate((this.source.options as { url: string }).url);
        this.endFirstTry();
        await this.source.initialize();
      } catch (error) {
        this.endFirstTry();
        this.warnOnce(error);
        await delay(retryMs, undefined, { ref: false });
      }
    }
  }

  private async bringUpToDate(url: string): Promise<void> {
    if (this.settings.migratesOnStart) {
      const applied = await migrate(url);
      if (applied.length > 0) this.logger.info({ applied }, 'migrated');
      return;
    }
    const pending = await pendingMigrations(url);
    if (pending.length > 0)
      throw new Error(
        `its schema lacks ${pending.length} migrations, and MIGRATE_ON_START is false: lastgood migrate run`,
      );
  }

  private warnOnce(error: unknown): void {
    const problem = error instanceof Error ? error.message || error.name : String(error);
    if (problem === this.lastProblem) return;
    this.lastProblem = problem;
    this.logger.warn({ error: problem }, 'database is not ready, trying again');
  }
}

async function settledWithin(work: Promise<void>, withinMs: number): Promise<void> {
  const budget = new AbortController();
  await Promise.race([work, delay(withinMs, undefined, { signal: budget.signal }).catch(() => undefined)]);
  budget.abort();
}
