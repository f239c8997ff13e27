import { DataSource, type EntityManager } from 'typeorm';
import { connect, connectionOptions } from './connect.js';
import { NotPrimaryError } from './not-primary.error.js';
import { SchemaMissingError } from './schema-missing.error.js';
import { writeTransaction } from './write-transaction.js';

const statementTimeoutMs = 10_000;

/**
 * Runs `work` in one transaction on the primary at `url`, which is neither migrated nor otherwise made ready: for what has
 * to be done before any server may be there.
 * @throws DatabaseUnavailableError, NotPrimaryError, SchemaMissingError; then nothing was changed
 */
export async function onPrimary<R>(url: string, work: (manager: EntityManager) => Promise<R>): Promise<R> {
  const source = new DataSource(connectionOptions(url, 'lastgood-command', statementTimeoutMs));
  await connect(source);
  try {
    const [state] = await source.query<{ inRecovery: boolean; isOurs: boolean }[]>(
      `SELECT pg_is_in_recovery() AS "inRecovery", to_regclass('lastgood.change_counter') IS NOT NULL AS "isOurs"`,
    );
    if (state?.inRecovery)
      throw new NotPrimaryError(
        'This is a standby: ask its primary, or promote it first. Nothing was changed',
      );
    if (!state?.isOurs) throw new SchemaMissingError();
    return await writeTransaction(source, work);
  } finally {
    await source.destroy();
  }
}
