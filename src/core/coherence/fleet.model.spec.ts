import * as fc from 'fast-check';
import { CalmFleet } from '../../../test/support/fleet/calm-fleet.js';
import { Fleet } from '../../../test/support/fleet/fleet.js';
import { anyHistory, calmHistory, type History } from '../../../test/support/fleet/history.js';

/** Others every day, of which a failure names seed and path; `npm run chaos -- --model` plays forty times as many. */
const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
const { MODEL_RUNS: runs = '2500', MODEL_SEED: seed = today, MODEL_PATH: path = '' } = process.env;
/** To find the shortest history that fails may take hours: the path plays it again, and shrinks it. */
const shrinks = process.env['MODEL_SHRINKS'] === 'yes';
const plan = {
  numRuns: Number(runs),
  seed: Number(seed),
  path,
  endOnFailure: !shrinks,
  asyncReporter: report,
};

async function live(fleet: Fleet): Promise<void> {
  await fleet.boot();
  for (const action of fleet.history.actions) {
    await fleet.happen(action);
    expectNoFaults(fleet);
  }
  await fleet.heal();
  expectNoFaults(fleet);
}

function expectNoFaults({ faults }: Fleet): void {
  if (faults.length > 0) throw new Error(faults.slice(0, 3).join('\n'));
}

async function report({ failed, numRuns, counterexample, ...run }: fc.RunDetails<[History]>): Promise<void> {
  if (!failed) return;
  const { actions = [], ...fleet } = counterexample?.[0] ?? {};
  const lines = [
    `Broken by run ${numRuns}, shrunk ${run.numShrinks} times to ${JSON.stringify(fleet)}:`,
    ...actions.map((action) => `  ${JSON.stringify(action)}`),
    String(run.errorInstance),
    `Again: npm run chaos -- --model --seed ${run.seed} --path ${run.counterexamplePath}`,
  ];
  throw new Error(lines.join('\n'));
}

describe('a fleet of real processes on one database', () => {
  beforeAll(() => {
    process.stderr.write(`model: ${plan.numRuns} runs, seed ${plan.seed}\n`);
  });

  it('keeps the promise whatever happens, and heals (CO-6 … CO-15)', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, (history) => live(new Fleet(history))),
      plan,
    );
  }, 3_600_000);

  it('calls nothing stale and is in time where nothing goes wrong (CO-6, CO-7, CO-9)', async () => {
    const calmly = { ...plan, numRuns: Math.ceil(plan.numRuns / 20), path: '' };
    await fc.assert(
      fc.asyncProperty(calmHistory, (history) => live(new CalmFleet(history))),
      calmly,
    );
  }, 3_600_000);
});
