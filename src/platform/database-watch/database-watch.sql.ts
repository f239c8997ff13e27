/**
 * One look at the locks, which anybody may see; the rest of what other roles do may be hidden (`seconds` is null then).
 * A vacuum holds nobody up, and who waits for a lock on the counter does not hold it. A prepared transaction has no
 * process, and is known by its number.
 */
export const databaseWatchSql = `
WITH locks AS MATERIALIZED (SELECT * FROM pg_locks),
running AS (
  SELECT l.virtualtransaction AS id, a.xact_start AS since FROM locks l
  JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
  WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
    AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = l.pid)
  UNION ALL
  SELECT l.virtualtransaction, p.prepared FROM locks l
  JOIN pg_prepared_xacts p ON p.transaction::text = l.transactionid::text AND p.database = current_database()
  WHERE l.locktype = 'transactionid' AND l.pid IS NULL),
holders AS (
  SELECT virtualtransaction AS id FROM locks l
  WHERE relation = 'lastgood.change_counter'::regclass AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode NOT IN ('AccessShareLock', 'ShareUpdateExclusiveLock')
    AND NOT EXISTS (SELECT FROM locks w WHERE w.virtualtransaction = l.virtualtransaction AND NOT w.granted))
SELECT
  (SELECT coalesce(json_agg(json_build_object('id', id,
     'seconds', extract(epoch FROM clock_timestamp() - since),
     'holdsCounter', id IN (SELECT id FROM holders))), '[]') FROM running) AS transactions,
  pg_total_relation_size('lastgood.change_counter')::float8 AS bytes,
  coalesce(pg_stat_get_dead_tuples('lastgood.change_counter'::regclass), 0)::float8 AS "deadRows"`;

export interface OpenTransaction {
  readonly id: string;
  /** `null` where we may not know. */
  readonly seconds: number | null;
  readonly holdsCounter: boolean;
}

export interface DatabaseWatchRow {
  readonly transactions: readonly OpenTransaction[];
  readonly bytes: number;
  readonly deadRows: number;
}
