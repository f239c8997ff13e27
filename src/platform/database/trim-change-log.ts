import type { EntityManager } from 'typeorm';

export interface Trimming {
  readonly stream: string;
  /** A change is kept for as long as it was the last one at any moment within this time (ms). */
  readonly keptMs: number;
  /** Of the log that are looked at in one transaction; more only to the end of a version. */
  readonly maxRows: number;
}

/** Versions, as Postgres writes them; `to` is `null` where there is nothing to delete. */
interface Range {
  readonly from: string;
  readonly to: string | null;
}

const tryLock = `SELECT pg_try_advisory_xact_lock(hashtext('lastgood.change_log: trimming')) AS free`;

/**
 * The oldest rows, and the version after them: one may have more rows than are looked at. A change that was followed
 * lately is kept, however old it is: who had applied nothing later goes on from it, and reloads nothing. It looks from
 * where it was trimmed to: what was deleted before stays in the index for as long as anybody's snapshot does.
 */
const end = `
WITH start AS MATERIALIZED (SELECT trimmed_to AS version FROM lastgood.change_counter WHERE stream = $1),
oldest AS (
  SELECT version FROM lastgood.change_log WHERE stream = $1 AND version > (SELECT version FROM start)
  ORDER BY version FETCH FIRST $3 ROWS WITH TIES),
reached AS MATERIALIZED (
  SELECT coalesce(
    (SELECT min(l.version) FROM lastgood.change_log l
     WHERE l.stream = $1 AND l.version > (SELECT max(version) FROM oldest)),
    (SELECT max(version) FROM oldest)) AS version),
looked AS (
  SELECT version, at < clock_timestamp() - $2 * interval '1 ms' AS old FROM lastgood.change_log
  WHERE stream = $1 AND version > (SELECT version FROM start) AND version <= (SELECT version FROM reached)),
ended AS (
  SELECT max(version) AS version FROM looked
  WHERE version < coalesce((SELECT min(version) FROM looked WHERE NOT old), 9223372036854775807))
SELECT (SELECT version FROM start) AS "from", max(looked.version) AS "to"
FROM looked, ended WHERE looked.version < ended.version`;

/** The counter first, as every writer: its version stays, and so nothing is counted (CO-2). */
const raise = `
UPDATE lastgood.change_counter SET trimmed_to = greatest(trimmed_to, $2::bigint) WHERE stream = $1`;
const remove = `
DELETE FROM lastgood.change_log WHERE stream = $1 AND version > $2::bigint AND version <= $3::bigint`;

/**
 * Deletes a batch of what is old in the log of a stream, in whole versions; 0 where there is nothing to delete, or
 * another session trims.
 * @returns the rows that were deleted
 */
export async function trimChangeLog(
  manager: EntityManager,
  { stream, keptMs, maxRows }: Trimming,
): Promise<number> {
  const [lock] = (await manager.query(tryLock)) as [{ free: boolean }];
  if (!lock.free) return 0;
  const [{ from, to }] = (await manager.query(end, [stream, keptMs, maxRows])) as [Range];
  if (to === null) return 0;
  await manager.query(raise, [stream, to]);
  const [, deleted] = (await manager.query(remove, [stream, from, to])) as [unknown, number];
  return deleted;
}
