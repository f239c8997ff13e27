/**
 * Whoever writes requests shares this lock, whoever erases a person has it alone: of what was asked before, nothing is
 * written after. It is taken by a statement of its own, or the next one would not see what it waited for.
 */
const lock = `hashtext('lastgood.narrative_requests: erasures')`;
export const shareLock = `SELECT pg_advisory_xact_lock_shared(${lock})`;
export const takeLock = `SELECT pg_advisory_xact_lock(${lock})`;

/** `$1`: the id of a batch. No row: it was written before. */
export const beginBatch = `
INSERT INTO lastgood.narrative_batches (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id`;

/** The database's clock (ms), which erasures are told by; not that of a transaction, which stands still. */
export const clockNow = `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

/**
 * `$1`: requests, as JSON, each with its moment on the database's clock. What was asked by a person who was erased since is
 * left out; the rows are the keys of that which nobody else asked for.
 */
export const insertRequests = `
WITH told AS (
  SELECT t.*, to_timestamp(t."atMs" / 1000) AS at
  FROM jsonb_to_recordset($1::jsonb) AS t("atMs" float8, "userId" text, key text, outcome text, "durationMs" float8,
    systems text[], tokens integer, "costUsd" float8, "savedUsd" float8)
), judged AS (
  SELECT t.*, e.user_sha256 IS NOT NULL AS "isErased" FROM told t
  LEFT JOIN lastgood.narrative_erasures e
    ON e.user_sha256 = encode(sha256(convert_to(t."userId", 'UTF8')), 'hex') AND t.at <= e.erased_at
), written AS (
  INSERT INTO lastgood.narrative_requests
    (at, user_id, narrative_key, outcome, duration_ms, systems, tokens, cost_usd, saved_usd)
  SELECT at, "userId", key, outcome, "durationMs", systems, tokens, "costUsd", "savedUsd"
  FROM judged WHERE NOT "isErased"
)
SELECT DISTINCT j.key FROM judged j WHERE j."isErased"
  AND NOT EXISTS (SELECT FROM lastgood.narrative_requests r
    WHERE r.narrative_key = j.key AND r.outcome <> 'refresh' AND r.user_id IS DISTINCT FROM j."userId")
  AND NOT EXISTS (SELECT FROM judged o
    WHERE o.key = j.key AND o.outcome <> 'refresh' AND NOT o."isErased" AND o."userId" IS DISTINCT FROM j."userId")`;

/** `$1`: how old the oldest request is that there is to be a month for (ms). */
export const keepMonthsSince = `
SELECT lastgood.keep_narrative_months(now() - make_interval(secs => $1::float8 / 1000), now() + interval '1 month')`;

/** `$1`: now (ms). */
export const keepMonths = `
SELECT lastgood.keep_narrative_months(to_timestamp($1::float8 / 1000) - interval '1 month',
  to_timestamp($1::float8 / 1000) + interval '2 months')`;

/** `$1`: the first moment of what is kept (ms). */
export const dropMonths = `SELECT lastgood.drop_narrative_months(to_timestamp($1::float8 / 1000)) AS dropped`;

/** `$1`: the first moment of what is kept (ms), `$2`: how many at most, more where they are of one moment. */
export const deleteOldest = `
WITH oldest AS (
  SELECT max(o.at) AS through FROM (
    SELECT at FROM lastgood.narrative_requests WHERE at < to_timestamp($1::float8 / 1000) ORDER BY at LIMIT $2) o
), gone AS (
  DELETE FROM lastgood.narrative_requests WHERE at <= (SELECT through FROM oldest) RETURNING 1
)
SELECT count(*)::int4 AS deleted FROM gone`;

/** `$1`: the first moment of what is kept (ms). */
export const deleteBatches = `DELETE FROM lastgood.narrative_batches WHERE at < to_timestamp($1::float8 / 1000)`;
