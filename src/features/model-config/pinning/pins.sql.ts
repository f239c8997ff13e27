/** The columns of a `JobPin`, as JSON. */
const pin = `json_build_object('jobId', j.job_id, 'hash', j.snapshot_hash, 'snapshotId', s.snapshot_id,
  'version', s.version, 'courseId', j.course_id, 'isStale', j.is_stale, 'pinnedBy', j.pinned_by,
  'pinnedAt', to_char(j.pinned_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const pins = 'lastgood.job_pins j JOIN lastgood.pinned_snapshots s ON s.hash = j.snapshot_hash';

/** `$1`: the job. */
export const selectPin = `SELECT ${pin} AS pin FROM ${pins} WHERE j.job_id = $1`;

/** As scalars beside a stream's counter. `$2`: the job; `$3`: the retention (ms). `mayGoInMs` is null until a release. */
export const pinColumns = {
  pin: `SELECT ${pin} FROM ${pins} WHERE j.job_id = $2`,
  mayGoInMs: `SELECT extract(epoch FROM j.released_at - now())::float8 * 1000 + $3::float8
    FROM lastgood.job_pins j WHERE j.job_id = $2`,
};

/** `$2`: the hash. */
export const contentColumns = {
  content: 'SELECT s.content FROM lastgood.pinned_snapshots s WHERE s.hash = $2',
};

/** Whoever pins a released job again needs it. `$1`: the job. */
export const takeBack =
  'UPDATE lastgood.job_pins SET released_at = NULL WHERE job_id = $1 AND released_at IS NOT NULL';

/** Locks what is there against pruning, and no other pin out. `$1`: the hash. */
export const holdSnapshot = 'SELECT 1 FROM lastgood.pinned_snapshots WHERE hash = $1 FOR KEY SHARE';

/** `$1` … `$4`: hash, content, version, snapshot id. */
export const insertSnapshot = `INSERT INTO lastgood.pinned_snapshots (hash, content, version, snapshot_id)
  VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`;

/** The first pin wins. `$1` … `$5`: job, hash, course, whether it was stale, by whom (null: the database's user). */
export const insertPin = `INSERT INTO lastgood.job_pins (job_id, snapshot_hash, course_id, is_stale, pinned_by)
  VALUES ($1, $2, $3, $4, coalesce($5, current_user))
  ON CONFLICT (job_id) DO UPDATE SET released_at = NULL
  RETURNING xmax = 0 AS "isNew"`;

/** `$1`: the job. A second release does not put the first one off. */
export const markReleased = `UPDATE lastgood.job_pins SET released_at = coalesce(released_at, now())
  WHERE job_id = $1 RETURNING job_id`;

/** `$1`: the retention (ms); `$2`: how many. What another process prunes at this moment is left to it. */
export const deleteReleased = `DELETE FROM lastgood.job_pins WHERE job_id IN (
    SELECT job_id FROM lastgood.job_pins WHERE released_at < now() - make_interval(secs => $1::float8 / 1000)
    ORDER BY released_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING job_id`;

/** Snapshots that no job refers to; what somebody pins at this moment is locked, and stays. `$1`: how many. */
export const deleteUnused = `DELETE FROM lastgood.pinned_snapshots WHERE hash IN (
    SELECT s.hash FROM lastgood.pinned_snapshots s
    WHERE NOT EXISTS (SELECT 1 FROM lastgood.job_pins j WHERE j.snapshot_hash = s.hash)
    LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING hash`;
