/** `$1`: the person. What they asked for, how often, and whether anybody else did. */
export const deleteRequests = `
WITH gone AS (
  DELETE FROM lastgood.narrative_requests WHERE user_id = $1 RETURNING narrative_key
), asked AS (
  SELECT narrative_key AS key, count(*)::int4 AS requests FROM gone GROUP BY narrative_key
)
SELECT a.key, a.requests, EXISTS (SELECT FROM lastgood.narrative_requests r
  WHERE r.narrative_key = a.key AND r.outcome <> 'refresh' AND (r.user_id <> $1 OR r.user_id IS NULL)) AS "isShared"
FROM asked a`;

/** `$1`: the person's hash. As late as can be: what was asked until now goes. */
export const keepErasure = `
INSERT INTO lastgood.narrative_erasures (user_sha256, erased_at) VALUES ($1, clock_timestamp())
ON CONFLICT (user_sha256) DO UPDATE SET erased_at = EXCLUDED.erased_at`;

/** `$1`: stream, `$2`: namespace, `$3`: author, `$4`: reason, `$5`: scopes. */
export const insertPurges = `
INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author, reason)
SELECT $1, $2, 'purge', 'purged', s.scope, $3, $4 FROM unnest($5::text[]) AS s(scope)`;
