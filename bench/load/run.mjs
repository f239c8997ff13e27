// Real servers under load (OP-7, NA-12). Each scenario has objectives, and the run exits with 1 where one is missed.
//   npm run load -- [stampede] [distinct] [zipf] [sigterm] [replicas] [--seconds 30] [--redis] [--seed n] [--json]
//   npm run load -- --smoke      5 s of each but replicas: counts and errors are held to their bars, times are only told
//   npm run load -- --self-test  each of these with something broken: passes if every one of them misses its objectives
//   npm run load -- zipf --broken
// replicas always has three processes and a Redis.
import { parseArgs } from 'node:util';
import { build } from '../support/built.mjs';
import { report } from '../support/figures.mjs';
import { scenarios } from './scenarios.mjs';
import { Stage } from './stage.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    redis: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    smoke: { type: 'boolean', default: false },
    broken: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const isSelfTest = values['self-test'];
const isBroken = isSelfTest || values.broken;
const isShort = values.smoke || isBroken;
const settings = {
  seconds: Number(values.seconds ?? (isBroken ? 2 : values.smoke ? 5 : 30)),
  seed: Number(values.seed),
  isSmoke: isShort,
};
const all = Object.keys(scenarios).filter((name) => !isShort || scenarios[name].isShort);
const names = positionals.length > 0 ? positionals : all;
const unknown = names.find((name) => !(name in scenarios));
if (unknown !== undefined)
  throw new Error(`There is no scenario "${unknown}": ${Object.keys(scenarios).join(', ')}`);
if (!(settings.seconds > 0)) throw new Error(`--seconds is "${values.seconds}", and must be above 0`);

/** What is played on, also while it opens: whoever stops us waits until everything that it started is gone. */
let stage = null;
let struck = Promise.resolve();
function strike() {
  const closing = stage?.opening;
  stage = null;
  if (closing)
    struck = closing.then(
      (open) => open.close(),
      () => undefined,
    );
  return struck;
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void strike().finally(() => process.exit(1)));

/** The scenarios that need one server play on one stage, one after the other; each broken one has its own. */
async function stageFor({ needs = { processes: 1, redis: values.redis } }) {
  const key = JSON.stringify(needs);
  if (stage?.key !== key || isBroken) {
    await strike();
    stage = { key, opening: Stage.open(needs) };
  }
  return stage.opening;
}

async function play(name) {
  console.error(`load: ${name}${isBroken ? ', broken' : ''} …`);
  const scenario = scenarios[name];
  const on = await stageFor(scenario);
  const broken = isBroken ? await scenario.sabotage(on) : {};
  const { url, fleet, headers } = on;
  const found = await scenario.play(
    { url, fleet, headers, calls: () => on.calls() },
    { ...settings, ...broken },
  );
  const crashes = fleet.all('crashes');
  if (crashes.length > 0) throw new Error(crashes.join('\n'));
  // What depends on who else uses the machine is told by a smoke test, and proves nothing.
  const rows = found.map((row) => (values.smoke && row.isOfTheMachine ? { ...row, ok: null } : row));
  return rows.map((row) => ({ scenario: name, ...row }));
}

build();
const rows = [];
try {
  for (const name of names) rows.push(...(await play(name)));
} finally {
  await strike();
}
report('load', rows);
const isMissed = (name) => rows.some((row) => row.scenario === name && row.ok === false);
const unexpected = names.filter((name) => isMissed(name) !== isSelfTest);
if (unexpected.length > 0) {
  console.error(
    `load: ${unexpected.join(', ')}: objectives were ${isSelfTest ? 'held by what is broken' : 'missed'}`,
  );
  process.exitCode = 1;
} else if (isSelfTest) console.error('load: each scenario missed its objectives, as it had to');
