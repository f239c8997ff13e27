// Three real processes on one embedded Postgres: how soon an edit is served by the others, with notifications and
// without a single one, and what is left of 1,000 edits while processes are killed.
//   node bench/fleet/run.mjs [--edits 1000] [--seed n] [--json] [notified] [dropped] [kills]
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLog } from './check-log.mjs';
import { Database } from './database.mjs';
import { Fleet } from './fleet.mjs';
import { survive } from './kills.mjs';
import { ListenRouter } from './listen-router.mjs';
import { documentOf, print } from './report.mjs';
import { selfTest } from './self-test.mjs';
import { root } from './spawn-built.mjs';
import { measureSpread } from './spread.mjs';
import { seededRandom } from './stats.mjs';
import { until } from './until.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    edits: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const database = new Database();
const edits = Number(values.edits);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const names = ['A', 'B', 'C'];

/** What has to be undone, newest first; a signal undoes it too, and what it breaks waits for that. */
const undo = [];
let undone = null;
async function undoSteps() {
  for (const step of undo.splice(0).toReversed()) await step();
}
const undoAll = () => (undone ??= undoSteps());
const giveUp = () => void undoAll().finally(() => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, giveUp);
// Of the many that run at once, the first to fail must not end this process before the others are stopped.
process.on('unhandledRejection', (error) => {
  if (undone === null) console.error(error);
  giveUp();
});

/** A fleet of its own for each phase: one's lives and connections are not another's. */
async function phase(name, settingsOf, run, prepare = async () => undefined) {
  const fleet = new Fleet(join(folder, name), names, settingsOf);
  undo.push(() => fleet.stop());
  await fleet.start();
  await prepare(fleet);
  console.error(`${name}: ${fleet.up.map(({ lifetime, url }) => `${lifetime} at ${url}`).join(', ')}`);
  const { log, figures } = await run({ fleet, database, random: seededRandom(seed) });
  await undo.pop()();
  const [crashes, warnings] = [fleet.all('crashes'), fleet.all('warnings')];
  return { log, figures, faults: checkLog(log), crashes, warnings };
}

const direct = () => ({ DATABASE_URL: database.url });

const allListen = () => until(async () => (await database.listeners()) === names.length, 'all three listen');

const notified = () =>
  phase(
    'notified',
    direct,
    (given) => measureSpread({ ...given, edits, sqlShare: 0.25, gapMs: [0, 60] }),
    allListen,
  );

async function dropped() {
  const router = await ListenRouter.start(database.url);
  undo.push(() => router.close());
  const settingsOf = (name) => ({ DATABASE_URL: router.url, CHANGE_FEED: name === 'C' ? 'poll' : 'listen' });
  const drop = async () => {
    const twoListen = async () => (await database.listeners()) === 2 && router.proxy.connections === 2;
    await until(twoListen, 'two listen through the proxy');
    await router.blackHole();
  };
  const share = Math.max(60, Math.ceil(edits / 5));
  const run = (given) => measureSpread({ ...given, edits: share, sqlShare: 0.5, gapMs: [50, 350] });
  const result = await phase('dropped', settingsOf, run, drop);
  await undo.pop()();
  return { ...result, feeds: { B: 'LISTEN black-holed', C: 'CHANGE_FEED=poll' } };
}

const kills = () => phase('kills', direct, (given) => survive({ ...given, edits }));

const runs = { notified, dropped, kills };
const wanted = positionals.length > 0 ? positionals : Object.keys(runs);
if (!(edits > 0 && wanted.every((name) => name in runs)))
  throw new Error('See the top of bench/fleet/run.mjs');

console.error(`seed ${seed}; ${selfTest(checkLog)}`);
const build = join(root, 'scripts', 'build-if-stale.mjs');
if (spawnSync(process.execPath, [build], { cwd: root, stdio: 'inherit' }).status) process.exit(1);
// Postgres may have to run as another user, who has to get in.
const folder = mkdtempSync(join(tmpdir(), 'lastgood-fleet-'));
chmodSync(folder, 0o755);
undo.push(() => rmSync(folder, { recursive: true, force: true }));
undo.push(() => database.close());
try {
  await database.open(folder);
  const phases = {};
  for (const name of wanted) phases[name] = await runs[name]();
  const document = documentOf({ edits, seed, node: process.version }, phases);
  if (values.json) console.log(JSON.stringify(document, null, 2));
  else print(document);
  if (!document.isCorrect) process.exitCode = 1;
} finally {
  await undoAll();
}
