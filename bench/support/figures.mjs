// Figures, and the rows that every part contributes to the one table.

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A time in nanoseconds, in the unit that suits it. */
export function duration(ns) {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e4 ? 1 : 0)} µs`;
  return `${(ns / 1e6).toFixed(ns < 1e7 ? 1 : 0)} ms`;
}

export const times = (ratio) => `${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)}×`;

const header = ['part', 'what', 'lastgood', 'against', 'figure', 'bar', 'held'];
const held = { true: 'yes', false: '**no**', null: '' };

/** @param rows { part, what, ours, against, figure, bar, ok }: text, and whether the bar held (null without one) */
export function table(rows) {
  const lines = rows.map((row) => [
    row.part,
    row.what,
    row.ours ?? '',
    row.against ?? '',
    row.figure ?? '',
    row.bar ?? '',
    held[row.ok ?? null],
  ]);
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a part has found: for people, or with `--json` for the runner of all parts. */
export function report(part, rows) {
  const named = rows.map((row) => ({ part, ...row }));
  console.log(process.argv.includes('--json') ? JSON.stringify(named) : table(named));
}
