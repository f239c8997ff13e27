import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeRedis } from '../support/describe-redis.js';
import { measured, percentile } from '../support/fault-report.js';
import type { ChaosLog } from './chaos-log.js';
import { checkChaos } from './check-chaos.js';
import { runChaos, type ChaosRun } from './run-chaos.js';
import { summarise } from './summarise.js';
import type { Violation } from './violation.js';

const seed = Number(process.env.CHAOS_SEED || Math.floor(Math.random() * 2 ** 31));
const seconds = Number(process.env.CHAOS_SECONDS || 12);
const folder = resolve('reports');

/** Of the reads, those of keys that something is wrong with. */
function logOf(log: ChaosLog, violations: readonly Violation[]): string {
  const details = JSON.stringify(violations);
  return JSON.stringify({ ...log, reads: log.reads.filter(({ key }) => details.includes(`"${key}"`)) });
}

describeRedis(`chaos for ${seconds} s, seed ${seed}`, () => {
  let run: ChaosRun;
  let violations: Violation[];

  beforeAll(
    async () => {
      run = await runChaos(seed, seconds * 1_000);
      violations = checkChaos(run.log);
      const summary = summarise(run, violations, seconds);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'chaos.json'), `${JSON.stringify(summary, null, 2)}\n`);
      if (violations.length > 0)
        writeFileSync(join(folder, `chaos-${seed}.json`), logOf(run.log, violations));
      process.stdout.write(`\n${JSON.stringify(summary, null, 2)}\n`);
    },
    seconds * 1_000 + 240_000,
  );

  it('every process keeps every promise, whatever befalls (CA-12)', () => {
    expect(violations.slice(0, 10)).toEqual([]);
  });

  it('all processes are on the newest version after each heal (CA-12)', () => {
    const took = run.log.heals.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
    const fault = `${seconds} s, seed ${seed}`;
    const warm = violations.filter(({ kind }) => kind === 'warm-read-failed' || kind === 'no-answer');
    measured({ row: 'Chaos', fault, what: 'on the newest, p50', value: percentile(took, 0.5), limit: 5_000 });
    measured({ row: 'Chaos', fault, what: 'on the newest, max', value: Math.max(...took), limit: 5_000 });
    measured({ row: 'Chaos', fault, what: 'failed warm reads', value: warm.length, limit: 0, unit: '' });
    expect(Math.max(...took)).toBeLessThan(30_000);
  });
});
