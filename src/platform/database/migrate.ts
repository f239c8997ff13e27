import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { DeadlineClient } from '../../adapters/postgres/deadline-client.js';

/** Any constant: every process that migrates this schema asks for the same lock. */
const advisoryLock = 7_316_442_019;
const lockRetryMs = 200;
/** No statement of a migration may take longer; one that is lost on its way must not be waited for for ever. */
const statementTimeoutMs = 60_000;

export interface MigrationStatus {
  readonly name: string;
  readonly applied: boolean;
}

/** Opens what migrating needs, holds the lock that lets one process migrate at a time, and closes all of it. */
async function withMigrations<R>(url: string, work: (source: DataSource) => Promise<R>): Promise<R> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'lastgood',
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    connectTimeoutMS: 2_000,
    applicationName: 'lastgood-migrate',
    extra: { Client: DeadlineClient, query_timeout: statementTimeoutMs },
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    await lock(runner);
    await runner.query('CREATE SCHEMA IF NOT EXISTS lastgood');
    return await work(source);
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Polled, not waited for: a wait inside Postgres would hold a snapshot that concurrent index builds wait for. */
async function lock(runner: QueryRunner): Promise<void> {
  const locked = async () => {
    const [{ ok }] = (await runner.query('SELECT pg_try_advisory_lock($1) AS ok', [advisoryLock])) as [
      { ok: boolean },
    ];
    return ok;
  };
  while (!(await locked())) await delay(lockRetryMs);
}

/** Brings the schema up to date; returns the names of what was applied. Safe from many processes at once. */
export function migrate(url: string): Promise<string[]> {
  return withMigrations(url, async (source) => (await source.runMigrations()).map(({ name }) => name));
}

/** Takes the newest applied migration back; returns its name, or `null` when none is applied. */
export function revertMigration(url: string): Promise<string | null> {
  return withMigrations(url, async (source) => {
    const newest = (await statuses(source)).findLast(({ applied }) => applied);
    if (newest === undefined) return null;
    await source.undoLastMigration();
    return newest.name;
  });
}

export function showMigrations(url: string): Promise<MigrationStatus[]> {
  return withMigrations(url, statuses);
}

async function statuses(source: DataSource): Promise<MigrationStatus[]> {
  await source.showMigrations();
  const applied = new Set(
    ((await source.query('SELECT name FROM lastgood.migrations')) as { name: string }[]).map(
      ({ name }) => name,
    ),
  );
  return source.migrations.map(({ name }) => ({ name: name!, applied: applied.has(name!) }));
}
