// Rehearses what may go wrong (CA-12).
//   npm run chaos -- --minutes 5 --seed N    three processes, Postgres and Redis behind proxies, random faults; the
//                                            report is reports/chaos.json, and a log that shows a violation lies beside it
//   npm run chaos -- --model [--runs N] [--seed S] [--path P]
//                                            random histories of a fleet on a virtual clock, the real code against an
//                                            oracle; a failure names the path that plays it again
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import config from '../jest.config.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'boolean', default: false },
    runs: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    path: { type: 'string', default: '' },
  },
});

const run = (file, args, env = {}) =>
  spawnSync(process.execPath, [file, ...args], { stdio: 'inherit', env: { ...process.env, ...env } })
    .status ?? 1;
const jest = 'node_modules/jest/bin/jest.js';

process.exitCode = values.model ? model() : fleet();

function fleet() {
  const isBuilt = run('scripts/build-if-stale.mjs', []) === 0;
  if (!isBuilt) return 1;
  const env = { CHAOS_SEED: values.seed, CHAOS_SECONDS: String(Number(values.minutes) * 60) };
  return run(jest, ['--config', 'jest.faults.config.mjs', 'test/chaos/chaos.faults.spec.ts'], env);
}

function model() {
  // Without the database that the other specs have: the model has its own.
  const alone = JSON.stringify({
    ...config,
    globalSetup: undefined,
    globalTeardown: undefined,
    rootDir: process.cwd(),
  });
  const env = {
    MODEL_RUNS: values.runs,
    MODEL_SEED: values.seed,
    MODEL_PATH: values.path,
    MODEL_SHRINKS: 'yes',
  };
  const startedAt = Date.now();
  const status = run(jest, ['--runInBand', '--config', alone, 'fleet.model.spec.ts'], env);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const outcome = status === 0 ? 'all well' : 'FAILED';
  console.log(`${values.runs} runs, seed ${values.seed}: ${outcome} after ${seconds} s`);
  return status;
}
