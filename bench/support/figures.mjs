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

/**
 * What a part has found: for people, or with `--json` for the runner of all parts.
 * @param more `compared`: rows of a table that has a column for each library
 */
export function report(part, rows, { compared = [], ...more } = {}) {
  const named = rows.map((row) => ({ part, ...row }));
  if (process.argv.includes('--json')) return console.log(JSON.stringify({ rows: named, compared, ...more }));
  if (rows.length > 0) console.log(table(named));
  if (compared.length > 0) console.log(`\n${comparison(compared)}`);
}

/** Rows with a cell for each library; why a cell has nothing is told below. */
export function comparison(compared) {
  const names = Object.keys(compared[0].cells);
  const notes = [];
  const text = ({ text: figure, note }) => {
    if (note === undefined) return figure;
    if (!notes.includes(note)) notes.push(note);
    return `${figure} (${notes.indexOf(note) + 1})`;
  };
  const lines = compared.map(({ what, cells }) => [what, ...names.map((name) => text(cells[name]))]);
  const head = ['', ...names];
  const rendered = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  const footnotes = notes.map((note, i) => `(${i + 1}) ${note}`);
  return [...rendered, '', ...footnotes].join('\n');
}
