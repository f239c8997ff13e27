/** When somebody last began to look (µs since 1970): who began before that settles nothing any more. */
const lookedAt = `(extract(epoch FROM looked_at) * 1000000)::float8 AS "lookedAt"`;

/** Those of `$1` that are not kept yet, by id in this order: two groups at once wait for each other, and never both. */
export const keepEvents = `
INSERT INTO lastgood.webhook_events (id, event, subject_id, publisher_id, scopes, sent_at)
SELECT r.id, r.event, r.subject_id, r.publisher_id, r.scopes, to_timestamp(r.sent_at / 1000)
FROM jsonb_to_recordset($1::jsonb) AS r
  (id text, event text, subject_id text, publisher_id text, scopes text[], sent_at float8)
ORDER BY r.id
ON CONFLICT DO NOTHING
RETURNING id, ${lookedAt}`;

/** What was settled meanwhile by somebody else stays, as does what was taken over or replayed meanwhile. */
export const settleEvents = `
UPDATE lastgood.webhook_events e SET status = s.status, error = s.error, settled_at = clock_timestamp()
FROM jsonb_to_recordset($1::jsonb) AS s (id text, status text, error text, "lookedAt" float8)
WHERE e.id = s.id AND e.status = 'pending'
  AND (extract(epoch FROM e.looked_at) * 1000000)::float8 = s."lookedAt"`;

/**
 * Takes over `$3` events at most whose process has not settled them for `$2` ms, as it has died; after `$1` attempts
 * nobody tries again.
 */
export const takeOver = `
WITH left_over AS (
  SELECT id FROM lastgood.webhook_events
  WHERE status = 'pending' AND looked_at < clock_timestamp() - $2::float8 * interval '1 millisecond'
  ORDER BY looked_at LIMIT $3 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE lastgood.webhook_events e SET looked_at = clock_timestamp(),
    attempts = least(e.attempts + 1, $1::integer),
    status = CASE WHEN e.attempts >= $1 THEN 'failed' ELSE 'pending' END,
    error = CASE WHEN e.attempts >= $1 THEN 'not settled in ' || $1 || ' attempts' END,
    settled_at = CASE WHEN e.attempts >= $1 THEN clock_timestamp() END
  FROM left_over l WHERE e.id = l.id
  RETURNING e.id, e.event, e.subject_id, e.publisher_id, e.status, e.looked_at
)
SELECT id, event, subject_id AS "subjectId", publisher_id AS "publisherId", status, ${lookedAt} FROM taken`;

/** The oldest `$2` at most of those that were received more than `$1` ms ago; how many there were. */
export const pruneEvents = `
WITH old AS (
  SELECT id FROM lastgood.webhook_events
  WHERE received_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY received_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (DELETE FROM lastgood.webhook_events e USING old WHERE e.id = old.id RETURNING 1)
SELECT count(*)::float8 AS deleted FROM gone`;

/** Filters are `null` where anything will do; `$4` (µs since 1970) and `$5` are where the page before ended. */
export const listEvents = `
SELECT id, event, subject_id AS "subjectId", publisher_id AS "publisherId", scopes,
  (extract(epoch FROM sent_at) * 1000)::float8 AS "sentAt",
  (extract(epoch FROM received_at) * 1000000)::float8 AS "receivedMicros",
  status, attempts, error, (extract(epoch FROM settled_at) * 1000)::float8 AS "settledAt"
FROM lastgood.webhook_events
WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR event = $2) AND ($3::text IS NULL OR id = $3)
  AND ($6::text IS NULL OR subject_id = $6)
  AND ($4::float8 IS NULL OR (received_at, id) < ('epoch'::timestamptz + $4 * interval '1 microsecond', $5::text))
ORDER BY received_at DESC, id DESC LIMIT $7`;

/** Marks the scopes of an event once more: each is an operation on record, and counted. */
export const markAgain = `
INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author, reason)
SELECT 'catalog', 'catalog', 'invalidate-scope', 'changed', s.scope, $2, $3
FROM lastgood.webhook_events e, unnest(e.scopes) AS s(scope) WHERE e.id = $1
RETURNING scope`;

export const makePending = `
WITH again AS (
  UPDATE lastgood.webhook_events SET status = 'pending', attempts = 1, error = NULL, settled_at = NULL,
    looked_at = clock_timestamp()
  WHERE id = $1 RETURNING event, subject_id, publisher_id, looked_at
)
SELECT event, subject_id AS "subjectId", publisher_id AS "publisherId", ${lookedAt} FROM again`;
