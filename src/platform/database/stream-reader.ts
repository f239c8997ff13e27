import type { AsOf } from '../../core/index.js';
import { epochSql } from '../../adapters/postgres/epoch-sql.js';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { NotPrimaryError } from './not-primary.error.js';

/** Rows of a stream and the point in its history they belong to. */
export interface StreamRows<R> {
  readonly asOf: AsOf;
  readonly trimmedTo: number;
  readonly rows: R;
}

type Row = AsOf & { trimmedTo: number; inRecovery: boolean; wrote: boolean };

/**
 * Reads a stream's data and its counter in one plain statement (PROTOCOL CO-4): one snapshot of the database, no
 * locking clause, no function around the counter.
 */
export class StreamReader {
  constructor(private readonly pool: StatementPool) {}

  /**
   * @param columns column name → a scalar SQL subselect; `$2` is the first of `parameters`
   * @throws NotPrimaryError when a standby answers, or the transaction has written
   */
  async read<R>(
    stream: string,
    columns: Readonly<Record<keyof R & string, string>>,
    parameters: unknown[],
    signal: AbortSignal,
  ): Promise<StreamRows<R>> {
    const selected = Object.entries<string>(columns).map(([name, select]) => `, (${select}) AS "${name}"`);
    const [row] = await this.pool.rows<Row & R>(
      `SELECT ${epochSql} AS epoch, c.version::float8 AS version, c.change_id AS "changeId",
         c.trimmed_to::float8 AS "trimmedTo", pg_is_in_recovery() AS "inRecovery",
         pg_current_xact_id_if_assigned() IS NOT NULL AS wrote${selected.join('')}
       FROM lastgood.change_counter c WHERE c.stream = $1`,
      [stream, ...parameters],
      signal,
    );
    if (row === undefined) throw new Error(`The database has no change counter for the stream "${stream}"`);
    const { epoch, version, changeId, trimmedTo, inRecovery, wrote, ...rows } = row;
    if (inRecovery) throw new NotPrimaryError('a standby answered: its rows may lag');
    if (wrote) throw new NotPrimaryError('the transaction has written: its rows may be rolled back');
    return { asOf: Object.freeze({ epoch, version, changeId }), trimmedTo, rows: rows as unknown as R };
  }
}
