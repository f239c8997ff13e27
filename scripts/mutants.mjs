// Proof 3 of the protocol: each rule that is taken out of a copy of the source has to turn a suite red.
//   npm run test:mutants               what needs no database, and the catch-up after LISTEN
//   npm run test:mutants -- --sql      the triggers and statements
//   npm run test:mutants -- --lessons  what keeps a lesson from being paid for twice, and judges honest
//   npm run test:mutants -- --prompts  what keeps a prompt from being wrong with a straight face
//   npm run test:mutants -- --narratives  what keeps a narrative from being paid for twice, or kept of whom it should not be
//   npm run test:mutants -- --signals  what keeps a value past its limit from an inference
//   npm run test:mutants -- --catalog  what keeps a view from being wrong after an event, and events from being lost
//   npm run test:mutants -- --search   which of the core's mutants the search alone finds; a survivor is no failure
//   npm run test:mutants -- --only <part of a name>
//   npm run test:mutants -- --from <part of a name>   that one and all after it
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import jestConfig from '../jest.config.mjs';
import { cacheMutants } from './mutants/cache.mjs';
import { catalogMutants } from './mutants/catalog.mjs';
import { coherenceMutants } from './mutants/coherence.mjs';
import { lessonMutants } from './mutants/lessons.mjs';
import { narrativeMutants } from './mutants/narratives.mjs';
import { promptMutants } from './mutants/prompts.mjs';
import { purgeMutants } from './mutants/purges.mjs';
import { signalMutants } from './mutants/signals.mjs';
import { sqlMutants } from './mutants/sql.mjs';
import { tierMutants } from './mutants/tiers.mjs';

const { values: options } = parseArgs({
  options: {
    sql: { type: 'boolean' },
    lessons: { type: 'boolean' },
    prompts: { type: 'boolean' },
    narratives: { type: 'boolean' },
    signals: { type: 'boolean' },
    catalog: { type: 'boolean' },
    search: { type: 'boolean' },
    only: { type: 'string', default: '' },
    from: { type: 'string', default: '' },
  },
});
const search = ['src/core/coherence/fleet.search.spec.ts'];
/** Quick ones first: what they find need not be searched for. */
const quick = (folder) => [`${folder}/(?!.*(fleet|lineage)\\.(search|model)\\.spec)`];
const slow = [
  'src/core/coherence/lineage.search.spec.ts',
  'src/core/coherence/fleet.model.spec.ts',
  ...search,
];

const all = options.sql
  ? sqlMutants
  : options.lessons
    ? lessonMutants
    : options.prompts
      ? promptMutants
      : options.narratives
        ? narrativeMutants
        : options.signals
          ? signalMutants
          : options.catalog
            ? catalogMutants
            : [...coherenceMutants, ...purgeMutants, ...cacheMutants, ...tierMutants];
const first = all.findIndex(({ name }) => name.includes(options.from));
const mutants = all.slice(first).filter(({ name }) => name.includes(options.only));
const copy = copyOfWorkingTree();
let jest;
process.on('exit', () => {
  jest?.kill();
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

for (const mutant of mutants) apply(mutant);
const rows = [];
if (options.only === '') {
  const red = await failedSuites(
    options.sql || options.lessons || options.prompts
      ? [...new Set(mutants.flatMap(({ specs }) => specs))]
      : quick('src/core'),
  );
  if (red.length > 0) fail(`Without a mutant these fail already: ${red.join(', ')}`);
}
for (const mutant of mutants) {
  const startedAt = Date.now();
  const killers = await killersOf(mutant);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  rows.push({ mutant: mutant.name, 'killed by': killers, seconds });
  console.log(`${seconds.padStart(6)} s  ${mutant.name}: ${killers || 'SURVIVED'}`);
}
console.log(`\n| mutant | killed by | seconds |\n| --- | --- | --- |`);
for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);
const survivors = rows.filter((row) => row['killed by'] === '');
console.log(`\n${rows.length} mutants, ${survivors.length} survived`);
if (survivors.length > 0 && !options.search) process.exitCode = 1;

function apply({ name, file, edits }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  let mutated = source;
  for (const [text, replacement] of edits) {
    if (mutated.split(text).length !== 2)
      fail(`"${name}" no longer applies: ${file} does not hold once\n${text}`);
    mutated = mutated.replace(text, () => replacement);
  }
  return { path, source, mutated };
}

async function killersOf(mutant) {
  const { file, specs } = mutant;
  const { path, source, mutated } = apply(mutant);
  writeFileSync(path, mutated);
  try {
    for (const stage of options.search
      ? [search]
      : specs
        ? [specs]
        : [quick(dirname(file)), quick('src/core'), slow]) {
      const red = await failedSuites(stage);
      if (red.length > 0) return red.join(', ');
    }
    return '';
  } finally {
    writeFileSync(path, source);
  }
}

/** The suites that fail, without the ends of their names; not all, since the first ends the run. */
async function failedSuites(specs) {
  const { globalSetup, globalTeardown, ...plain } = jestConfig;
  const needsPostgres = specs.some((spec) => !/^src\/(core|testing)\//.test(spec));
  const config = { ...plain, ...(needsPostgres && { globalSetup, globalTeardown }), rootDir: copy };
  const report = join(copy, '.jest-result.json');
  const parameters = [
    '--config',
    JSON.stringify(config),
    '--json',
    '--bail=1',
    '--outputFile',
    report,
    '--testPathPatterns',
    ...specs,
  ];
  rmSync(report, { force: true });
  const program = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  jest = spawn(process.execPath, [program, ...parameters], {
    cwd: copy,
    // Of the model always the same histories, and more of them than `npm test` plays.
    env: { MODEL_RUNS: '10000', MODEL_SEED: '20261121', ...process.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  jest.stderr.on('data', (part) => (complaints += part));
  await once(jest, 'close');
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    if (complaints.includes('heap out of memory')) return ['nothing: out of memory'];
    fail(`Jest gave no result:\n${complaints}`);
  }
  if (result.numTotalTestSuites === 0) fail(`No suite is called ${specs.join(' or ')}`);
  const red = result.testResults.filter(({ status }) => status === 'failed');
  return red.map(({ name }) => basename(name, '.spec.ts')).toSorted();
}

/** What git knows or would add, as it is now; the installed packages are shared. */
function copyOfWorkingTree() {
  const target = mkdtempSync(join(tmpdir(), 'lastgood-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of listed.toString().split('\0')) {
    if (!/^(src|migrations|test|sample|package\.json|jest\.config|tsconfig)/.test(file)) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(file, join(target, file), { force: true });
  }
  symlinkSync(resolve('node_modules'), join(target, 'node_modules'));
  return target;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
