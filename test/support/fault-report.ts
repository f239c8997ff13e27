import { appendFileSync } from 'node:fs';

export interface Measured {
  /** Of the table CA-11, or of OP-2. */
  readonly row:
    | 'Postgres'
    | 'LISTEN'
    | 'Redis'
    | 'Disk'
    | 'Clock'
    | 'Process'
    | 'Memory'
    | 'Heal'
    | 'Chaos'
    | 'Rate limit';
  readonly fault: string;
  /** What was measured, as in `warm p99`. */
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Default: milliseconds. */
  readonly unit?: string;
}

/** Hands a figure to the report of the run (fault-reporter.cjs): it is compared there, and fails no test. */
export function measured(figure: Measured): void {
  const file = process.env.FAULT_REPORT;
  if (file === undefined) return;
  const { value, limit, unit = 'ms', ...rest } = figure;
  // What never happened is `null`.
  appendFileSync(file, `${JSON.stringify({ ...rest, limit, value, unit, met: value <= limit })}\n`);
}

/** The value that `share` of all values are at or below. */
export function percentile(values: readonly number[], share = 0.99): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[at] ?? Number.NaN;
}
