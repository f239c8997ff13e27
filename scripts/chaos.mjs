// Rehearses what may go wrong. `--model`: random histories of a fleet on a virtual clock, the real code against an
// oracle. `--runs N` (100,000), `--seed S` (random) and `--path P`, which a failure names, play some of them again.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import config from '../jest.config.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'boolean', default: false },
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    path: { type: 'string', default: '' },
  },
});

if (!values.model) {
  console.error('Only the model is there so far: npm run chaos -- --model [--runs N] [--seed S] [--path P]');
  process.exit(2);
}

// Without the database that the other specs have: the model has its own.
const alone = JSON.stringify({
  ...config,
  globalSetup: undefined,
  globalTeardown: undefined,
  rootDir: process.cwd(),
});
const jest = ['node_modules/jest/bin/jest.js', '--runInBand', '--config', alone, 'fleet.model.spec.ts'];
const env = {
  ...process.env,
  MODEL_RUNS: values.runs,
  MODEL_SEED: values.seed,
  MODEL_PATH: values.path,
};
const startedAt = Date.now();
const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit', env });
const seconds = Math.round((Date.now() - startedAt) / 1000);
console.log(
  `${values.runs} runs, seed ${values.seed}: ${status === 0 ? 'all well' : 'FAILED'} after ${seconds} s`,
);
process.exitCode = status ?? 1;
