/** Rows as JSON in the names and forms of `ConfigRows`. Moments are ISO 8601 UTC. */

const iso = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
// psql may have written microseconds: a rollback brings them back.
const exactIso = (column: string) =>
  `regexp_replace(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '000Z$', 'Z')`;
const facts = `'version', r.version, 'createdAt', ${iso('r.created_at')}, 'updatedAt', ${iso('r.updated_at')},
  'updatedBy', r.updated_by`;
const generation = `'modelId', r.model_id, 'fallbackModelId', r.fallback_model_id, 'temperature', r.temperature,
  'maxTokens', r.max_tokens, 'timeoutMs', r.timeout_ms`;
const rowsAs = (object: string, from: string) =>
  `SELECT coalesce(json_agg(json_build_object(${object}, ${facts})), '[]') FROM lastgood.${from}`;

const model = `'id', r.id, 'displayName', r.display_name, 'family', r.family,
  'maxContextTokens', r.max_context_tokens, 'inputUsdPerMtok', r.input_usd_per_mtok,
  'outputUsdPerMtok', r.output_usd_per_mtok, 'supportsCacheRead', r.supports_cache_read, 'status', r.status,
  'retiresAt', ${exactIso('r.retires_at')}, 'replacementId', r.replacement_id`;
const phase = `'phase', r.phase, 'courseId', r.course_id, 'language', r.language, 'contextTier', r.context_tier,
  ${generation}, 'maxContextTokens', r.max_context_tokens, 'qualityThreshold', r.quality_threshold,
  'maxRetries', r.max_retries, 'cacheReadEnabled', r.cache_read_enabled`;
const judge = `'language', r.language, 'role', r.role, ${generation}, 'weight', r.weight,
  'displayName', r.display_name, 'calibratedAt', ${exactIso('r.calibrated_at')}, 'calibrationN', r.calibration_n,
  'kappa', r.kappa, 'independenceWaiver', r.independence_waiver`;
const reserve = `'language', r.language, 'reservePercent', r.reserve_percent`;

/** Every row of the configuration, by kind. */
export const allRows = {
  models: rowsAs(model, 'models r'),
  phases: rowsAs(phase, 'phase_configs r'),
  judges: rowsAs(judge, 'judge_configs r'),
  reserves: rowsAs(reserve, 'context_reserves r'),
};

/** `$3`: course ids. */
export const phasesOfCourses = rowsAs(phase, 'phase_configs r WHERE r.course_id = ANY($3::text[])');

/** The scopes that changed after version `$2`. */
export const changedScopes = `SELECT coalesce(json_agg(DISTINCT l.scope), '[]') FROM lastgood.change_log l
  WHERE l.stream = c.stream AND l.version > $2`;

/** The change that raised the counter to version `$2`; null when the log does not hold it. */
export const changeIdAt = `SELECT l.change_id FROM lastgood.change_log l
  WHERE l.stream = c.stream AND l.version = $2 LIMIT 1`;

/** When the configuration was last found good as a whole by whoever changed it, and how many rows it had; null for never. */
export const lastApproved = `SELECT json_build_object('version', v.version, 'rows', v.approved_rows)
  FROM lastgood.config_versions v WHERE v.approved_rows IS NOT NULL ORDER BY v.version DESC LIMIT 1`;

/** What names a row of each kind, as `nameRows` does. */
export const rowNames = {
  models: `'models[' || r.id || ']'`,
  phases: `'phases[' || r.phase || '/' || r.language || '/' || r.context_tier || coalesce('/' || r.course_id, '') || ']'`,
  judges: `'judges[' || r.language || '].' || r.role`,
  reserves: `'reserves[' || r.language || ']'`,
};

const recordsOf = (table: string, kind: string) =>
  `jsonb_populate_recordset(NULL::lastgood.${table}, (SELECT coalesce(jsonb_agg(t.before), '[]') FROM target t
    WHERE t.kind = '${kind}' AND t.before IS NOT NULL)) r`;
const rowsThen = (object: string, table: string, kind: string) =>
  `SELECT coalesce(json_agg(json_build_object(${object})), '[]') FROM ${recordsOf(table, kind)}`;

/**
 * What has to be put and removed to have the rows again that stood at version `$1`: each row as it was before it was
 * first changed after that. `$2`: only rows and panels of these names; null for all.
 */
export const rowsAtVersion = `
WITH target AS (
  SELECT DISTINCT ON (h.row_name) h.kind, h.row_name, h.before FROM lastgood.config_history h
  WHERE h.version > $1 AND ($2::text[] IS NULL OR h.row_name = ANY($2) 
    OR h.kind = 'judges' AND split_part(h.row_name, '].', 1) || ']' = ANY($2))
  ORDER BY h.row_name, h.version)
SELECT (${rowsThen(model, 'models', 'models')}) AS models,
  (${rowsThen(phase, 'phase_configs', 'phases')}) AS phases,
  (${rowsThen(judge, 'judge_configs', 'judges')}) AS judges,
  (${rowsThen(reserve, 'context_reserves', 'reserves')}) AS reserves,
  (SELECT coalesce(json_agg(t.row_name), '[]') FROM target t WHERE t.before IS NULL) AS removed`;
