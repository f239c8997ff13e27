/** Rows as JSON in the names and forms of `ConfigRows`. Moments are ISO 8601 UTC with milliseconds. */

const iso = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const facts = `'version', r.version, 'createdAt', ${iso('r.created_at')}, 'updatedAt', ${iso('r.updated_at')},
  'updatedBy', r.updated_by`;
const generation = `'modelId', r.model_id, 'fallbackModelId', r.fallback_model_id, 'temperature', r.temperature,
  'maxTokens', r.max_tokens, 'timeoutMs', r.timeout_ms`;
const rowsAs = (object: string, from: string) =>
  `SELECT coalesce(json_agg(json_build_object(${object}, ${facts})), '[]') FROM lastgood.${from}`;

const model = `'id', r.id, 'displayName', r.display_name, 'family', r.family,
  'maxContextTokens', r.max_context_tokens, 'inputUsdPerMtok', r.input_usd_per_mtok,
  'outputUsdPerMtok', r.output_usd_per_mtok, 'supportsCacheRead', r.supports_cache_read, 'status', r.status,
  'retiresAt', ${iso('r.retires_at')}, 'replacementId', r.replacement_id`;
const phase = `'phase', r.phase, 'courseId', r.course_id, 'language', r.language, 'contextTier', r.context_tier,
  ${generation}, 'maxContextTokens', r.max_context_tokens, 'qualityThreshold', r.quality_threshold,
  'maxRetries', r.max_retries, 'cacheReadEnabled', r.cache_read_enabled`;
const judge = `'language', r.language, 'role', r.role, ${generation}, 'weight', r.weight,
  'displayName', r.display_name, 'calibratedAt', ${iso('r.calibrated_at')}, 'calibrationN', r.calibration_n,
  'kappa', r.kappa`;
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
