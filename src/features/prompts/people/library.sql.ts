/** A scalar subselect: placeholders with their values, as a JSON array. @param where which; all without it */
export const placeholdersSql = (where = 'true') => `
SELECT coalesce(json_agg(json_build_object('name', p.name, 'description', p.description, 'values',
  (SELECT coalesce(json_object_agg(v.name, v.value ORDER BY v.name COLLATE "C"), '{}')
   FROM lastgood.placeholder_values v WHERE v.placeholder = p.name)) ORDER BY p.name COLLATE "C"), '[]')
FROM lastgood.placeholders p WHERE ${where}`;

/** The same of profiles. */
export const profilesSql = (where = 'true') => `
SELECT coalesce(json_agg(json_build_object('name', p.name, 'category', p.category, 'description', p.description,
  'values', (SELECT coalesce(json_object_agg(v.placeholder, v.value_name ORDER BY v.placeholder COLLATE "C"), '{}')
   FROM lastgood.profile_values v WHERE v.profile = p.name)) ORDER BY p.name COLLATE "C"), '[]')
FROM lastgood.profiles p WHERE ${where}`;

export const putPlaceholder = `
INSERT INTO lastgood.placeholders (name, description) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET description = EXCLUDED.description`;

/** `$1`: the placeholder, `$2`: the names that stay. */
export const deleteOtherValues = `
DELETE FROM lastgood.placeholder_values WHERE placeholder = $1 AND name <> ALL ($2::text[])`;

/** `$1`: the placeholder, `$2`: names, `$3`: their texts. */
export const putValues = `
INSERT INTO lastgood.placeholder_values (placeholder, name, value)
SELECT $1, n.name, n.value FROM unnest($2::text[], $3::text[]) AS n(name, value)
ON CONFLICT (placeholder, name) DO UPDATE SET value = EXCLUDED.value`;

export const putProfile = `
INSERT INTO lastgood.profiles (name, category, description) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET category = EXCLUDED.category, description = EXCLUDED.description`;

/** `$1`: the profile, `$2`: the placeholders that stay. */
export const deleteOtherProfileValues = `
DELETE FROM lastgood.profile_values WHERE profile = $1 AND placeholder <> ALL ($2::text[])`;

/** `$1`: the profile, `$2`: placeholders, `$3`: the names of their values. */
export const putProfileValues = `
INSERT INTO lastgood.profile_values (profile, placeholder, value_name)
SELECT $1, n.placeholder, n.value FROM unnest($2::text[], $3::text[]) AS n(placeholder, value)
ON CONFLICT (profile, placeholder) DO UPDATE SET value_name = EXCLUDED.value_name`;

/** `$1`: placeholders, `$2`: the names of their values. Tells those that there are not. */
export const unknownValues = `
SELECT n.placeholder, EXISTS (SELECT 1 FROM lastgood.placeholders p WHERE p.name = n.placeholder) AS "isPlaceholder"
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n(placeholder, value, at)
WHERE NOT EXISTS (SELECT 1 FROM lastgood.placeholder_values v WHERE (v.placeholder, v.name) = (n.placeholder, n.value))
ORDER BY n.at`;

/** `$1`: the placeholder, `$2`: names of its values that stay. Tells which profiles use the others. */
export const profilesUsing = `
SELECT profile, value_name AS value FROM lastgood.profile_values
WHERE placeholder = $1 AND value_name <> ALL ($2::text[]) ORDER BY profile COLLATE "C"`;

/** `$1`: the placeholder. */
export const peopleUsing = `
SELECT count(*)::float8 AS people FROM lastgood.user_placeholder_settings WHERE placeholder = $1`;

/** `$1`: the placeholder. Versions that a label serves, or would serve again after a rollback, and that may use it. */
export const templatesMentioning = `
SELECT DISTINCT t.node_name AS "nodeName", t.language, t.version, t.system, t.body
FROM lastgood.prompt_labels l
JOIN lastgood.prompt_templates t ON (t.node_name, t.language) = (l.node_name, l.language)
  AND t.version IN (l.version, l.previous_version)
WHERE t.status = 'active' AND $1 <> ALL (t.required_dynamic_placeholders)
  AND strpos(concat(t.system, ' ', t.body), $1) > 0
ORDER BY 1, 2, 3`;
