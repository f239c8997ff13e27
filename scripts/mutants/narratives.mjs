const narratives = 'src/features/narratives';
const on = (file, specs, name, text, replacement = '') => ({
  name,
  file: `${narratives}/${file}`,
  specs,
  edits: [[text, replacement]],
});
const unit = [`${narratives}/asking`, `${narratives}/narrative`, `${narratives}/making`];
const erasing = ['test/narratives-erasure.api', 'test/narratives-erasure-under-way'];

/** What keeps a narrative from being paid for twice, served for another, or kept of whom it should not be. */
export const narrativeMutants = [
  on('narrative/normalise-profile.ts', unit, 'a share out of bounds is moved into them', ' && share <= 100'),
  on(
    'narrative/normalise-profile.ts',
    unit,
    'gates have an order',
    `name === 'centers' || name === 'gates'`,
    `name === 'centers'`,
  ),
  on('narrative/narrative-key.ts', unit, 'the engine is no part of the key', ':${engine}:', ':'),
  on('narrative/make-value.ts', unit, 'a refresh forgets when it was first made', 'parts.createdAt ?? ', ''),
  on(
    'making/narrative-recipes.service.ts',
    ['test/narratives-keys'],
    'a new row of the phase makes nothing anew',
    ' && last.phaseVersion === phaseVersion',
  ),
  on(
    'making/narrative-recipes.service.ts',
    [...unit],
    'what is made by is known, or nothing is served',
    'this.last === null || retryable !== true',
    'true',
  ),
  on(
    'making/narrative-generator.ts',
    [...unit, 'test/narratives-keys'],
    'a template that changed meanwhile is rendered',
    'rendered.templateVersion === recipe.templateVersion &&',
  ),
  on(
    'asking/narrative-reads.ts',
    unit,
    'a collision is a hit',
    `value.prompt_hash === promptSha256 && value.profile_hash === hashes.sha256`,
    'value.prompt_hash === promptSha256',
  ),
  on(
    'asking/narratives.service.ts',
    ['test/narratives.api', ...unit],
    'a stand-in is given to whoever wants none',
    'allowFallback && !isHeld',
    '!isHeld',
  ),
  on(
    'asking/narratives.service.ts',
    ['test/narratives-keys', ...unit],
    'what cannot be proven current is fresh',
    'read.isStale || recipe.isStale',
    'read.isStale',
  ),
  on(
    'analytics/narrative-requests.sql.ts',
    erasing,
    'what an erased person asked is written later',
    'WHERE NOT "isErased"',
    '',
  ),
  on(
    'analytics/narrative-requests.sql.ts',
    erasing,
    'a late row takes what others asked for',
    `r.narrative_key = j.key AND r.outcome <> 'refresh'`,
    `r.narrative_key = j.key AND r.outcome = 'refresh'`,
  ),
  on(
    'erasing/erasures.sql.ts',
    erasing,
    'an erasure takes what others asked for',
    ' AS "isShared"',
    ' AND false AS "isShared"',
  ),
  on(
    'erasing/erasure-watch.service.ts',
    erasing,
    'what is being made for an erased person goes on',
    'this.underWay.erase(hash)',
    'void hash',
  ),
];
