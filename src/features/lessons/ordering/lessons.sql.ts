export const insert = `
INSERT INTO lastgood.lessons (id, spec, spec_sha256, limits, created_by, idempotency_key)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (created_by, idempotency_key) DO NOTHING RETURNING id`;

export const keyed = `
SELECT id, status, spec_sha256 AS "specSha256" FROM lastgood.lessons
WHERE created_by = $1 AND idempotency_key = $2`;

const iso = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const find = `
SELECT id, status, runs, cancel_requested_at IS NOT NULL AS "isCancelRequested", result, error,
  ${iso('created_at')} AS "createdAt", ${iso('started_at')} AS "startedAt", ${iso('ended_at')} AS "endedAt",
  (SELECT coalesce(json_agg(e.data ORDER BY e.seq), '[]') FROM (
    SELECT DISTINCT ON (type) seq, data FROM lastgood.lesson_events
    WHERE lesson_id = $1 ORDER BY type, seq DESC) e) AS events
FROM lastgood.lessons WHERE id = $1`;

export const statusOf = `
SELECT status, (SELECT coalesce(max(seq), 0)::float8 FROM lastgood.lesson_events WHERE lesson_id = $1) AS "lastSeq"
FROM lastgood.lessons WHERE id = $1`;

/** One that waits has ended at once; -1 is no number that a run gives. */
export const cancel = `
WITH asked AS (
  UPDATE lastgood.lessons SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
    status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
    ended_at = CASE status WHEN 'queued' THEN clock_timestamp() END
  WHERE id = $1 AND status IN ('queued', 'running') RETURNING id, status, runs
), told AS (
  INSERT INTO lastgood.lesson_events (lesson_id, run, n, type, data)
  SELECT id, runs, -1, 'ended', $2 FROM asked WHERE status = 'cancelled'
)
SELECT status FROM asked`;

export const released = `UPDATE lastgood.lessons SET pin_released_at = clock_timestamp() WHERE id = $1`;

export const unreleased = `
SELECT id FROM lastgood.lessons WHERE ended_at < clock_timestamp() - interval '5 seconds' AND pin_released_at IS NULL
ORDER BY ended_at LIMIT 20`;

export const eventsAfter = `
SELECT f.n::int AS follower, e.seq::float8 AS seq, e.type, e.data
FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS f (id, after, n)
CROSS JOIN LATERAL (SELECT seq, type, data FROM lastgood.lesson_events
  WHERE lesson_id = f.id AND seq > f.after ORDER BY seq LIMIT 200) e
ORDER BY e.seq`;
