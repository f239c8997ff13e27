/** `$1`: the person. */
export const settingsOf = `
SELECT coalesce(json_object_agg(placeholder, value ORDER BY placeholder COLLATE "C"), '{}') AS settings
FROM lastgood.user_placeholder_settings WHERE user_id = $1`;

/** `$1`: names. */
export const unknownPlaceholders = `
SELECT n.name FROM unnest($1::text[]) WITH ORDINALITY AS n(name, at)
WHERE NOT EXISTS (SELECT 1 FROM lastgood.placeholders p WHERE p.name = n.name) ORDER BY n.at`;

/** `$1`: the person, `$2`: the names that stay. */
export const deleteOthers = `
DELETE FROM lastgood.user_placeholder_settings WHERE user_id = $1 AND placeholder <> ALL ($2::text[])`;

/** `$1`: the person, `$2`: a name, or NULL for all. */
export const deleteSettings = `
DELETE FROM lastgood.user_placeholder_settings WHERE user_id = $1 AND placeholder = coalesce($2::text, placeholder)`;

// What stands already is not written again: it would be counted as a change.
const onlyChanges = `
ON CONFLICT (user_id, placeholder) DO UPDATE SET value = EXCLUDED.value WHERE s.value <> EXCLUDED.value`;

/** `$1`: the person, `$2`: names, `$3`: their values. */
export const putSettings = `
INSERT INTO lastgood.user_placeholder_settings AS s (user_id, placeholder, value)
SELECT $1, n.name, n.value FROM unnest($2::text[], $3::text[]) AS n(name, value) ${onlyChanges}`;

/** `$1`: the person, `$2`: the profile. */
export const putProfile = `
INSERT INTO lastgood.user_placeholder_settings AS s (user_id, placeholder, value)
SELECT $1, p.placeholder, v.value FROM lastgood.profile_values p
JOIN lastgood.placeholder_values v ON (v.placeholder, v.name) = (p.placeholder, p.value_name)
WHERE p.profile = $2 ${onlyChanges}`;
