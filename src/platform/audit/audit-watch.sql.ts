/** Whose turn it is: of all processes, whoever comes first a minute after the last one began. */
export const takeTurnSql = `
UPDATE lastgood.audit_check SET begun_at = clock_timestamp()
WHERE begun_at NOT BETWEEN clock_timestamp() - interval '55 s' AND clock_timestamp() + interval '5 s'
RETURNING begun_at::text AS turn, walked_to::text AS "walkedTo", walked_hash AS "walkedHash", walk_fault AS "walkFault",
  walk_begun_at IS NOT NULL AS "isWalking",
  fault IS NOT NULL OR walk_ended_at IS NULL OR walk_ended_at < clock_timestamp() - interval '1 day' AS "isWalkDue"`;

/** Only of the turn that was taken: who was too slow has nothing to say any more. */
export const endTurnSql = `
UPDATE lastgood.audit_check SET checked_at = clock_timestamp(), walked_to = $2, walked_hash = $3, walk_fault = $4,
  walk_begun_at = CASE WHEN $5 THEN coalesce(walk_begun_at, begun_at) END,
  walk_ended_at = CASE WHEN $6 THEN clock_timestamp() ELSE walk_ended_at END,
  fault = CASE WHEN $7::text IS NOT NULL THEN $7 WHEN $6 THEN $4 ELSE fault END
WHERE begun_at = $1::timestamptz`;

export const readCheckSql = `
SELECT fault, extract(epoch FROM clock_timestamp() - checked_at)::float8 * 1000 AS "checkedMs",
  extract(epoch FROM clock_timestamp() - walk_ended_at)::float8 * 1000 AS "walkedMs"
FROM lastgood.audit_check WHERE checked_at IS NOT NULL`;

export interface Turn {
  readonly turn: string;
  readonly walkedTo: string;
  readonly walkedHash: string;
  readonly walkFault: string | null;
  readonly isWalking: boolean;
  readonly isWalkDue: boolean;
}

export interface CheckRow {
  readonly fault: string | null;
  readonly checkedMs: number;
  readonly walkedMs: number | null;
}
