const quantiles = (over: string): string => `
percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY duration_ms) FILTER (WHERE ${over})`;
const countOf = (outcome: string): string => `(count(*) FILTER (WHERE outcome = '${outcome}'))::float8`;

/** `$1` until before `$2` (ms); `$3`: how many systems. A refresh is no request, but costs as one. */
export const report = `
WITH asked AS NOT MATERIALIZED (
  SELECT * FROM lastgood.narrative_requests
  WHERE at >= to_timestamp($1::float8 / 1000) AND at < to_timestamp($2::float8 / 1000)
)
SELECT (count(*) FILTER (WHERE outcome <> 'refresh'))::float8 AS requests,
  ${countOf('fresh')} AS fresh, ${countOf('stale')} AS stale, ${countOf('made')} AS made,
  ${countOf('fallback')} AS fallbacks, ${countOf('invalid')} AS invalid, ${countOf('failed')} AS failed,
  ${countOf('refresh')} AS refreshes,
  ${quantiles(`outcome <> 'refresh'`)} AS "ofAll", ${quantiles(`outcome IN ('fresh', 'stale')`)} AS "ofHits",
  coalesce(sum(tokens), 0)::float8 AS tokens,
  coalesce(sum(cost_usd), 0) AS "madeUsd", coalesce(sum(saved_usd), 0) AS "savedUsd",
  (count(*) FILTER (WHERE cost_usd IS NULL AND outcome IN ('made', 'refresh')))::float8 AS "unknownCosts",
  (SELECT coalesce(json_agg(json_build_object('system', t.system, 'requests', t.requests)), '[]') FROM (
    SELECT s.system, count(*) AS requests FROM asked a, unnest(a.systems) AS s(system)
    WHERE a.outcome <> 'refresh'
    GROUP BY s.system ORDER BY count(*) DESC, s.system COLLATE "C" LIMIT $3) t) AS "topSystems"
FROM asked`;
