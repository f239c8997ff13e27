/** Only the sweep takes a lesson from whoever runs it. */
export const claim = `
UPDATE lastgood.lessons l SET status = 'running', lease_token = $2, runs = runs + 1,
  lease_until = clock_timestamp() + $3 * interval '1 ms', started_at = coalesce(started_at, clock_timestamp())
WHERE id = $1 AND status = 'queued'
RETURNING runs AS run, spec, limits, cancel_requested_at IS NOT NULL AS "isCancelRequested",
  (SELECT coalesce(json_agg(json_build_object('key', s.key, 'result', s.result)), '[]')
    FROM lastgood.lesson_steps s WHERE s.lesson_id = l.id) AS steps,
  (SELECT coalesce(json_agg(e.data), '[]') FROM lastgood.lesson_events e WHERE e.lesson_id = l.id) AS events`;

export const renew = `
UPDATE lastgood.lessons SET lease_until = clock_timestamp() + $3 * interval '1 ms'
WHERE id = $1 AND lease_token = $2 AND status = 'running'
RETURNING cancel_requested_at IS NOT NULL AS "isCancelRequested"`;

/** Saved twice is kept once. The row is locked first, so that the events of a lesson commit in their order. */
export const save = `
WITH held AS MATERIALIZED (
  SELECT id FROM lastgood.lessons WHERE id = $1 AND lease_token = $2 AND status = 'running' FOR NO KEY UPDATE
), kept AS (
  INSERT INTO lastgood.lesson_steps (lesson_id, key, result)
  SELECT held.id, s.key, s.result::json FROM held, unnest($4::text[], $5::text[]) AS s (key, result)
  ON CONFLICT DO NOTHING
), told AS (
  INSERT INTO lastgood.lesson_events (lesson_id, run, n, type, data)
  SELECT held.id, $3, e.n, e.type, e.data::json
  FROM held, unnest($6::int[], $7::text[], $8::text[]) AS e (n, type, data) ORDER BY e.n
  ON CONFLICT DO NOTHING
)
SELECT id FROM held`;

/** The token stays: whoever ends it twice, because the first answer was lost, still holds it. */
export const end = `
WITH held AS MATERIALIZED (
  SELECT id, status FROM lastgood.lessons WHERE id = $1 AND lease_token = $2 FOR NO KEY UPDATE
), ended AS (
  UPDATE lastgood.lessons l SET status = $4, result = $5, error = $6, ended_at = clock_timestamp(), lease_until = NULL
  FROM held WHERE l.id = held.id AND held.status = 'running' RETURNING l.id
), told AS (
  INSERT INTO lastgood.lesson_events (lesson_id, run, n, type, data) SELECT id, $3, -1, 'ended', $7 FROM ended
)
SELECT id FROM held`;

const queued = `status = 'queued', lease_token = NULL, lease_until = NULL, queued_at = clock_timestamp()`;

export const giveBack = `
WITH freed AS (
  UPDATE lastgood.lessons SET ${queued} WHERE id = $1 AND lease_token = $2 AND status = 'running' RETURNING id
)
SELECT id FROM freed`;

const forsaken = `(status = 'running' AND lease_until < clock_timestamp()
  OR status = 'queued' AND queued_at < clock_timestamp() - $1 * interval '1 ms')`;

export const isAnyForsaken = `SELECT EXISTS (SELECT FROM lastgood.lessons WHERE ${forsaken}) AS "isAny"`;

export const queueForsaken = `
WITH freed AS (
  UPDATE lastgood.lessons SET ${queued} WHERE id IN (
    SELECT id FROM lastgood.lessons WHERE ${forsaken} ORDER BY queued_at LIMIT 50 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING id
)
SELECT id FROM freed`;
