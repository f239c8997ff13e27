import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { connect, connectionOptions } from './connect.js';

/** Any constant: every process that migrates this schema asks for the same lock. */
const advisoryLock = 7_316_442_019;
const lockRetryMs = 200;
/** No statement of a migration may take longer; one that is lost on its way must not be waited for for ever. */
const statementTimeoutMs = 60_000;

export interface MigrationStatus {
  readonly name: string;
  readonly applied: boolean;
}

const migrationOptions = (url: string): DataSourceOptions => ({
  ...connectionOptions(url, 'lastgood-migrate', statementTimeoutMs),
  migrations,
  migrationsTableName: 'migrations',
  migrationsTransactionMode: 'each',
});

/** Opens what migrating needs, holds the lock that lets one process migrate at a time, and closes all of it. */
async function withMigrations<R>(url: string, work: (source: DataSource) => Promise<R>): Promise<R> {
  const source = new DataSource(migrationOptions(url));
  await connect(source);
  const runner = source.createQueryRunner();
  try {
    await lock(runner);
    await source.query('CREATE SCHEMA IF NOT EXISTS lastgood');
    return await work(source);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
    await source.destroy();
  }
}

/**
 * Held by a transaction that does nothing else: a pooler gives every transaction one session, and keeps sessions, with
 * their locks, for longer than their clients live. Polled, not waited for: a wait inside Postgres would hold a snapshot
 * that concurrent index builds wait for.
 */
async function lock(runner: QueryRunner): Promise<void> {
  await runner.startTransaction('READ COMMITTED');
  await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  const locked = async () => {
    // Without parameters: a statement that has some keeps its snapshot while its transaction waits.
    const sql = `SELECT pg_try_advisory_xact_lock(${advisoryLock}) AS ok`;
    const [{ ok }] = (await runner.query(sql)) as [{ ok: boolean }];
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

/** The names of those that are not applied yet; changes nothing, and needs no right to. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const source = new DataSource(migrationOptions(url));
  await connect(source);
  try {
    const [table] = (await source.query(`SELECT to_regclass('lastgood.migrations') AS name`)) as {
      name: string | null;
    }[];
    const rows = table!.name === null ? [] : await source.query('SELECT name FROM lastgood.migrations');
    const applied = new Set((rows as { name: string }[]).map(({ name }) => name));
    return source.migrations.map(({ name }) => name!).filter((name) => !applied.has(name));
  } finally {
    await source.destroy();
  }
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
