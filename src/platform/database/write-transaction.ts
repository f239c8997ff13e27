import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import {
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  type DataSource,
  type EntityManager,
} from 'typeorm';
import { destroySocket } from '../../adapters/postgres/deadline-client.js';
import { CommitInDoubtError } from './commit-in-doubt.error.js';
import { DatabaseUnavailableError } from './database-unavailable.error.js';

const lockTimeoutMs = 500;
const attempts = 4;
/** Deadlock, serialization failure, lock timeout: the same transaction may succeed when it is run again. */
const retryable = new Set(['40P01', '40001', '55P03']);
/** The database is there and takes no writes: read-only, shutting down, out of connections or time, wrong password. */
const refusing = /^(08|25006|25P03|28|3D000|53|57014|57P)/;

const codeOf = (error: unknown): string => {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return driverError?.code ?? code ?? '';
};

// What we or Postgres call by a code is known by it: words may stand in the name of a row.
export const isConnectionProblem = (error: unknown): boolean =>
  error instanceof QueryRunnerAlreadyReleasedError ||
  error instanceof QueryRunnerProviderAlreadyReleasedError ||
  refusing.test(codeOf(error)) ||
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_)/.test(codeOf(error)) ||
  (codeOf(error) === '' &&
    error instanceof Error &&
    /timeout|terminated|not queryable|connection error/i.test(error.message));

/**
 * One READ COMMITTED transaction, tried again up to three times where Postgres asks for it (PROTOCOL CO-3). What
 * `work` throws of its own rolls back and goes to the caller as it is. An attempt that has not ended after `attemptMs` is
 * abandoned with its connection, and Postgres waits no longer for it than that either: what it had locked is free again.
 * @throws DatabaseUnavailableError when the database cannot be written to; then nothing was changed
 * @throws CommitInDoubtError when the answer to the commit was lost
 */
export async function writeTransaction<R>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<R>,
  attemptMs: number | null = null,
): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    let committing = false;
    let timer: NodeJS.Timeout | undefined;
    try {
      const inTransaction = source.transaction('READ COMMITTED', async (manager) => {
        if (attemptMs !== null) timer = await abandonAfter(manager, attemptMs);
        await manager.query(settingsOf(attemptMs));
        const result = await work(manager);
        committing = true;
        return result;
      });
      return await inTransaction.finally(() => clearTimeout(timer));
    } catch (error) {
      if (isConnectionProblem(error)) {
        throw committing
          ? new CommitInDoubtError(error)
          : new DatabaseUnavailableError((error as Error).message, error);
      }
      if (!retryable.has(codeOf(error))) throw error;
      if (attempt === attempts) throw await busy(source, error);
      await delay(25 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

const settingsOf = (attemptMs: number | null): string =>
  [
    `SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    ...(attemptMs === null ? [] : [`SET LOCAL idle_in_transaction_session_timeout = ${attemptMs}`]),
  ].join('; ');

/** From now on, for as long as nobody cancels it. */
async function abandonAfter(manager: EntityManager, ms: number): Promise<NodeJS.Timeout> {
  const client = (await manager.queryRunner!.connect()) as ClientBase;
  return setTimeout(() => destroySocket(client), ms);
}

/** Who has had a lock that can keep a writer of ours waiting, in a transaction of that length, and waits for nobody. */
const holdersSql = `
SELECT DISTINCT l.pid FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation AND c.relnamespace = 'lastgood'::regnamespace
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND l.pid <> pg_backend_pid() AND l.mode NOT IN ('AccessShareLock', 'ShareUpdateExclusiveLock')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND coalesce(a.xact_start < clock_timestamp() - interval '${lockTimeoutMs} ms', true)
  AND NOT EXISTS (SELECT 1 FROM pg_locks w WHERE w.pid = l.pid AND NOT w.granted)`;

async function busy(source: DataSource, cause: unknown): Promise<DatabaseUnavailableError> {
  if (codeOf(cause) !== '55P03') return new DatabaseUnavailableError((cause as Error).message, cause);
  const holders = (await source.query(holdersSql).catch(() => [])) as { pid: number }[];
  const who =
    holders.length > 0 ? `process ${holders.map(({ pid }) => pid).join(', ')}` : 'another transaction';
  return new DatabaseUnavailableError(`${who} holds its lock for longer than ${lockTimeoutMs} ms`, cause);
}
