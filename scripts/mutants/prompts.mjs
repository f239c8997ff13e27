const prompts = 'src/features/prompts';
const on = (file, specs, name, text, replacement = '') => ({
  name,
  file: `${prompts}/${file}`,
  specs,
  edits: [[text, replacement]],
});
const render = (...mutant) => on('rendering/render-prompt.ts', [`${prompts}/rendering`], ...mutant);
const engine = (...mutant) => on('rendering/liquid-engine.ts', [`${prompts}/rendering`], ...mutant);
const reads = (...mutant) =>
  on('manager/prompt-reads.ts', [`${prompts}/manager`, `${prompts}/client`, `${prompts}/reading`], ...mutant);
const retry = (...mutant) =>
  on('manager/retry-within.ts', [`${prompts}/manager`, `${prompts}/client`], ...mutant);
const client = (...mutant) => on('client/http-prompt-source.ts', [`${prompts}/client`], ...mutant);
const origin = (...mutant) => on('client/prompt-origin.ts', [`${prompts}/client`], ...mutant);
const rows = (file, ...mutant) =>
  on(`reading/${file}`, [`${prompts}/reading`, 'test/prompts-read'], ...mutant);
const people = (file, ...mutant) =>
  on(`people/${file}`, [`${prompts}/people`, 'test/prompt-people'], ...mutant);
const labels = (file, ...mutant) =>
  on(`publishing/${file}`, ['test/prompts-labels', 'test/prompts-admin'], ...mutant);

/** What keeps a prompt from being wrong with a straight face; some need a database. */
export const promptMutants = [
  render(
    'the context overrides a person',
    `if (isSet && Object.hasOwn(context, name)) conflicts.push(name);`,
  ),
  render(
    'what is missing is empty',
    `if (value == null) missing.push(name);`,
    `if (false) missing.push(name);`,
  ),
  render(
    'what is missing is told of the context alone',
    `settings: missing.filter((name) => !dynamic.has(name)),`,
    `settings: [],`,
  ),
  render('a person overrides what is dynamic', `const isSet = !dynamic.has(name) && `, `const isSet = `),
  engine('variables need not be there', 'strictVariables: true', 'strictVariables: false'),
  engine('what an object inherits is read', 'ownPropertyOnly: true', 'ownPropertyOnly: false'),
  engine('a rendering may make as much as it likes', '  memoryLimit: promptLimits.promptBytes,\n'),
  reads(
    'stale is used whatever the template says',
    `if (data.isStale && data.template.allowStale) return this.stale(query, data);\n    const fresh`,
    `if (data.isStale) return this.stale(query, data);\n    const fresh`,
  ),
  reads('what is older than its cache_ttl is fresh', ` || ageMs > template.cacheTtlMs`),
  retry('there are four attempts', 'const attemptsInAll = 3;', 'const attemptsInAll = 4;'),
  retry(
    'what trying again does not mend is tried again',
    `if (error instanceof AppError && !error.retryable) throw error;`,
  ),
  client(
    'what the service called stale is fresh',
    `const isStale = held.isStale || told.isStale;`,
    `const isStale = held.isStale;`,
  ),
  client(
    'nothing is asked for again behind',
    `if (held.age >= this.options.revalidateAfterMs) this.refreshBehind(key);`,
  ),
  origin('what is confirmed was new when it came', `this.maxAgeMs) - told.ageMs)`, `this.maxAgeMs))`),
  rows('template.repository.ts', 'a removed template is served', ` AND t.status = 'active'`),
  rows(
    'template.repository.ts',
    'any language will do',
    `ORDER BY array_position($3::text[], l.language) LIMIT 1`,
    `ORDER BY l.language LIMIT 1`,
  ),
  {
    name: 'a person reads another',
    file: 'src/platform/security/assert-may-ask-for.ts',
    specs: ['test/prompts-read', 'test/narratives.api'],
    edits: [[` && id !== \`jwt:\${userId}\``, ` && id === ''`]],
  },
  people('assert-may-act.ts', 'a key is a person', `jwt:`, ``),
  labels(
    'assert-may-label.ts',
    'editors move production',
    `throw new ForbiddenError`,
    `void new ForbiddenError`,
  ),
];
