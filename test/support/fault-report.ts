import { appendFileSync } from 'node:fs';

export interface Measured {
  /** Of the table CA-11. */
  readonly row: 'Postgres' | 'LISTEN' | 'Clock' | 'Process';
  readonly fault: string;
  /** What was measured, as in `warm p99`. */
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Default: milliseconds. */
  readonly unit?: string;
}

/** Hands a figure to the report of the run (fault-reporter.cjs): it is compared there, and fails no test. */
export function measured({ row, fault, what, value, limit, unit = 'ms' }: Measured): void {
  const file = process.env.FAULT_REPORT;
  if (file === undefined) return;
  const shown = (figure: number) => `${Math.round(figure * 10) / 10} ${unit}`.trim();
  const facts = { row, fault, what, bound: `≤ ${shown(limit)}`, measured: shown(value), met: value <= limit };
  appendFileSync(file, `${JSON.stringify(facts)}\n`);
}

/** The value that `share` of all values are at or below. */
export function percentile(values: readonly number[], share = 0.99): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[at] ?? Number.NaN;
}
