/** Columns of a row `t` of `prompt_templates`. */
const versionColumns = `
  t.node_name AS "nodeName", t.language, t.version, t.status, t.system, t.body,
  t.required_dynamic_placeholders AS "dynamicPlaceholders", t.cache_ttl_s AS "cacheTtlSeconds",
  t.allow_stale AS "allowStale"`;

/** Columns of a row `l` of `prompt_labels`. */
const labelColumns = `
  l.node_name AS "nodeName", l.language, l.label, l.version, l.previous_version AS "previousVersion"`;

/** Of the nodes `$1`: what `StandingPrompts` asks for. Each version is looked at once, however many were removed. */
export const standingVersions = `
SELECT ${versionColumns} FROM lastgood.prompt_templates t
JOIN (SELECT s.node_name, s.language, max(s.version) AS last,
    max(s.version) FILTER (WHERE s.status = 'active') AS newest
  FROM lastgood.prompt_templates s WHERE s.node_name = ANY($1::text[]) GROUP BY s.node_name, s.language) p
  USING (node_name, language)
WHERE t.node_name = ANY($1::text[]) AND (t.version IN (p.last, p.newest)
  OR (t.node_name, t.language, t.version) IN (SELECT l.node_name, l.language, l.version FROM lastgood.prompt_labels l))`;

/** Of the node `$1`, in the language `$2`: the version `$3`. */
export const oneVersion = `
SELECT ${versionColumns} FROM lastgood.prompt_templates t
WHERE t.node_name = $1 AND t.language = $2 AND t.version = $3`;

export const standingLabels = `
SELECT ${labelColumns} FROM lastgood.prompt_labels l WHERE l.node_name = ANY($1::text[])`;

export const mostVersions = 500;

/** As ISO 8601, UTC. */
export const iso = (moment: string): string =>
  `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A version and who made it when and why, without its text. */
export const factColumns = `
  t.language, t.version, t.status, t.required_dynamic_placeholders AS "dynamicPlaceholders",
  t.cache_ttl_s AS "cacheTtlSeconds", t.allow_stale AS "allowStale", t.reason,
  ${iso('t.created_at')} AS "createdAt", t.created_by AS "createdBy"`;

export const shareOf = (nodeName: string): string =>
  `coalesce((SELECT m.local_share FROM lastgood.prompt_modes m WHERE m.node_name = ${nodeName}), 1)`;
