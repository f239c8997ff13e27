// Narratives under load (NA-12): each scenario has bars, and the run fails where one is missed.
//   node bench/narratives/run.mjs [--scenario zipf|hot|distinct|stampede] [--seconds 30] [--redis] [--seed n] [--json]
// Without --scenario all are played. The stampede always has three processes and a Redis.
import { parseArgs } from 'node:util';
import { build } from '../support/built.mjs';
import { report } from '../support/figures.mjs';
import { distinctKeys } from './distinct-keys.mjs';
import { hotKey } from './hot-key.mjs';
import { Stage } from './stage.mjs';
import { stampede } from './stampede.mjs';
import { zipfLoad } from './zipf-load.mjs';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    seconds: { type: 'string', default: '30' },
    redis: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const alone = { processes: 1, redis: values.redis };
const scenarios = {
  zipf: { play: zipfLoad, on: alone },
  hot: { play: hotKey, on: alone },
  distinct: { play: distinctKeys, on: alone },
  stampede: { play: stampede, on: { processes: 3, redis: true } },
};
const names = values.scenario === undefined ? Object.keys(scenarios) : [values.scenario];
const unknown = names.find((name) => !(name in scenarios));
if (unknown !== undefined)
  throw new Error(`There is no scenario "${unknown}": ${Object.keys(scenarios).join(', ')}`);

let stage = null;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void Promise.resolve(stage?.close()).finally(() => process.exit(1)));

build();
const rows = [];
for (const name of names) {
  const { play, on } = scenarios[name];
  stage = await Stage.open(on);
  try {
    const { fleet, headers } = stage;
    const settings = { seconds: Number(values.seconds), seed: Number(values.seed) };
    rows.push(...(await play({ fleet, headers, calls: () => stage.calls() }, settings)));
    const crashes = fleet.all('crashes');
    if (crashes.length > 0) throw new Error(crashes.join('\n'));
  } finally {
    await stage.close();
    stage = null;
  }
}
report('narratives', rows);
if (rows.some(({ ok }) => ok === false)) process.exitCode = 1;
