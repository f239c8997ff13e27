// Everybody beside everybody else, in one run: each case of each library in a process of its own, as its documentation
// sets it up (`libraries/`). A cell that a library can't have says so and why; one whose measurement failed says that.
//   node bench/peers/run.mjs [--json] [--library name …] [--launches n] [case …]
import { parseArgs } from 'node:util';
import { build } from '../support/built.mjs';
import { report } from '../support/figures.mjs';
import { forked } from '../support/forked.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    library: { type: 'string', multiple: true },
    launches: { type: 'string' },
  },
});

build();
const { cases } = await import('./cases/index.mjs');
const { libraries } = await import('./libraries/index.mjs');
const script = new URL('measure.mjs', import.meta.url);

const asked = positionals.length > 0 ? positionals : Object.keys(cases);
const compared = libraries.filter(({ name }) => values.library?.includes(name) ?? true);
const unknown = [
  ...asked.filter((name) => !(name in cases)),
  ...(values.library ?? []).filter((name) => !libraries.some((library) => library.name === name)),
];
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}: cases are ${Object.keys(cases).join(', ')}`);

/** Out of time: what was measured is told. */
let isOver = false;
process.once('SIGTERM', () => {
  isOver = true;
});

async function measured(name, library, { rows, launches, execArgv, cellsOf }) {
  try {
    const results = [];
    for (let i = 0; i < Number(values.launches ?? launches); i++) {
      if (isOver) throw new Error('There was no time left');
      const { result } = await forked(script, [name, library.name], execArgv);
      results.push(result);
    }
    return cellsOf(results);
  } catch (error) {
    console.error(`${name}, ${library.name}:`, error);
    return rows.map(() => ({ text: 'failed', failed: true }));
  }
}

/** One row of the table: a cell for each library. */
async function rowsOf(name) {
  const each = cases[name];
  const columns = [];
  for (const library of compared) {
    const lacks = library.lacks?.[each.needs];
    const part = library.elsewhere?.[each.needs];
    const known = lacks === undefined ? part && { text: `see ${part}`, part } : { text: 'no', note: lacks };
    columns.push([library.name, known ? each.rows.map(() => known) : await measured(name, library, each)]);
  }
  return each.rows.map((what, i) => ({
    name,
    what,
    cells: Object.fromEntries(columns.map(([library, cells]) => [library, cells[i]])),
  }));
}

/** Our own cells are held to bars. */
function barred({ what, cells: { lastgood } }) {
  if (lastgood?.failed) return [{ what, ours: 'failed', ok: false }];
  if (lastgood?.ours === undefined) return [];
  const { maxValue, bar } = lastgood.ours;
  const ok = lastgood.value <= maxValue;
  return [{ what, ours: lastgood.text, bar, ok, value: lastgood.value }];
}

const table = [];
for (const name of asked) {
  console.error(`peers: ${name} …`);
  table.push(...(await rowsOf(name)));
}
const options = Object.fromEntries(compared.map((library) => [library.name, library.options]));
const rows = table.flatMap(barred);
report('peers', rows, { compared: table, options });
process.exitCode = rows.some(({ ok }) => !ok) ? 1 : 0;
