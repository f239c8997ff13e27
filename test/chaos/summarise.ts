import { percentile } from '../support/fault-report.js';
import type { Read } from './chaos-log.js';
import type { ChaosRun } from './run-chaos.js';
import type { Violation } from './violation.js';

const countBy = <T>(list: readonly T[], nameOf: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of list) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
};

/** The report of a run. */
export function summarise(
  { log, faults }: ChaosRun,
  violations: readonly Violation[],
  seconds: number,
): object {
  const { seed, reads, writes, heals, changes } = log;
  const answered = reads.filter(({ code }) => code === undefined);
  const took = heals.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
  const lasted = answered.map(({ sentAt, endedAt }: Read) => endedAt - sentAt);
  return {
    seed,
    seconds,
    reads: {
      all: reads.length,
      answered: answered.length,
      stale: answered.filter(({ isStale }) => isStale).length,
      byReason: countBy(answered, ({ reason = '' }) => reason),
      bySource: countBy(answered, ({ source = '' }) => source),
      notAnswered: countBy(
        reads.filter(({ code }) => code !== undefined),
        ({ code = '' }) => code,
      ),
      ms: { p50: percentile(lasted, 0.5), p99: percentile(lasted) },
    },
    writes: countBy(writes, ({ outcome }) => outcome),
    purges: changes.filter(({ kind }) => kind === 'purged').length,
    lives: new Set(reads.map(({ node }) => node)).size,
    faults,
    newestAfterHealMs: {
      heals: took.length,
      p50: percentile(took, 0.5),
      max: Math.max(...took),
      limit: 5_000,
    },
    violations: countBy(violations, ({ kind }) => kind),
    examples: violations.slice(0, 20),
  };
}
