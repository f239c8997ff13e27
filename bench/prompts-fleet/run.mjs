// Three real processes on one embedded Postgres: how soon all of them render a label that was moved, and a person's
// setting that was changed (PR-7). The bar: 100 ms after the commit, p99.
//   node bench/prompts-fleet/run.mjs [--changes 300] [--seed n] [--redis] [--sql-labels] [--json]
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Database } from '../fleet/database.mjs';
import { Fleet } from '../fleet/fleet.mjs';
import { startOverhead } from '../fleet/overhead.mjs';
import { seededRandom } from '../fleet/stats.mjs';
import { until } from '../fleet/until.mjs';
import { build } from '../support/built.mjs';
import { measure } from './measure.mjs';
import { Prompts } from './prompts.mjs';

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '300' },
    seed: { type: 'string' },
    redis: { type: 'boolean', default: false },
    'sql-labels': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.changes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const limitMs = 100;
const names = ['A', 'B', 'C'];

/** What has to be undone, newest first; a signal undoes it too. */
const undo = [];
let undone = null;
async function undoSteps() {
  for (const step of undo.splice(0).toReversed()) await step();
}
const undoAll = () => (undone ??= undoSteps());
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void undoAll().finally(() => process.exit(1)));

build();
// Postgres may have to run as another user, who has to get in.
const folder = mkdtempSync(join(tmpdir(), 'lastgood-prompts-fleet-'));
chmodSync(folder, 0o755);
undo.push(() => rmSync(folder, { recursive: true, force: true }));
const database = new Database();
const prompts = new Prompts();
try {
  undo.push(() => database.close());
  await database.open(folder);
  undo.push(() => prompts.close());
  await prompts.open(database);
  const settings = {
    DATABASE_URL: database.url,
    ADMIN_RATE_PER_SECOND: '100000',
    ADMIN_RATE_BURST: '100000',
  };
  if (values.redis) {
    const { startRedis } = await import('../support/redis-server.mjs');
    const redis = await startRedis();
    undo.push(() => redis.stop());
    settings.REDIS_URL = redis.url;
  }
  const fleet = new Fleet(folder, names, () => settings);
  undo.push(() => fleet.stop());
  await fleet.start();
  await until(async () => (await database.listeners()) === names.length, 'all three listen');
  const given = { fleet, prompts, random: seededRandom(seed), count };
  const overhead = startOverhead();
  const labels = await measure({
    ...given,
    sqlShare: values['sql-labels'] ? 1 : 0.5,
    change: (via) => prompts.move(via),
  });
  const people = await measure({
    ...given,
    sqlShare: 0.5,
    change: (via, nth) => prompts.set(via, `tone ${nth + 1}`),
  });
  report({ labels, people }, overhead(), fleet.all('crashes'), fleet.all('warnings'));
} finally {
  await undoAll();
}

function ms({ p50, p99, max, count: of }) {
  return `p50 ${p50}, p99 ${p99}, max ${max} ms (${of})`;
}

function report(measured, machine, crashes, warnings) {
  const faults = [...Object.values(measured).flatMap((each) => each.faults), ...crashes];
  if (faults.length > 0) process.exitCode = 1;
  if (values.json) {
    console.log(
      JSON.stringify({ count, seed, redis: values.redis, measured, machine, crashes, warnings }, null, 2),
    );
    return;
  }
  for (const [what, { byAll, byAllOfSql, byAllOfHttp, byProcess }] of Object.entries(measured)) {
    const isMet = byAll.p99 <= limitMs ? 'met' : 'NOT MET';
    console.log(`${what}: commit → rendered by all: ${ms(byAll)}; p99 ≤ ${limitMs} ms: ${isMet}`);
    console.log(`  changed by SQL:  ${ms(byAllOfSql)}`);
    console.log(`  changed by HTTP: ${ms(byAllOfHttp)}`);
    byProcess.forEach((each, at) => console.log(`  ${names[at]}: ${ms(each)}`));
  }
  console.log(`machine: ${JSON.stringify(machine)}; seed ${seed}; Redis: ${values.redis}`);
  console.log(`faults: ${faults.length}${faults.map((each) => `\n  ${each}`).join('')}`);
  for (const warning of warnings.slice(0, 20)) console.log(`warning: ${JSON.stringify(warning)}`);
}
