// `npm run bench`: every part, one after the other. Of a whole run the page docs/benchmarks.md, its chart and the block in
// the README are written; bench/result.json holds the same for machines. A part that fails does not keep the others from
// running. With arguments, these parts alone are run and only told, others than those of a whole run included.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writePage } from './page/write-page.mjs';
import { build } from './support/built.mjs';
import { comparison, table } from './support/figures.mjs';
import { machineAndVersions } from './support/machine.mjs';

/** What a whole run runs, and with what: fifteen minutes in all, on a machine that has nothing else to do. */
const parts = {
  peers: [],
  reads: [],
  redis: [],
  stampede: [],
  'hung-redis': [],
  memory: [],
  http: [],
  fleet: ['notified', '--edits', '300'],
  load: ['stampede', 'distinct', 'zipf', 'sigterm', '--seconds', '15'],
};
const longestMs = 480_000;
const asked = process.argv.slice(2);
const scriptOf = (part) => fileURLToPath(new URL(`${part}/run.mjs`, import.meta.url));
const unknown = asked.filter((part) => !existsSync(scriptOf(part)));
if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}`);

/** Who stops this stops the part that runs: it has servers of its own to stop. */
let running;
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    process.exitCode = 1;
    stopped = true;
    running?.kill(signal);
  });
}

/** A part prints its rows; the fleet prints a document, whose bars they are. */
function foundOf(part, output) {
  const { bars, phases, ...found } = JSON.parse(output);
  if (bars === undefined) return found;
  const rows = bars.map(({ name, measured, pass }) => ({ part, what: name, ours: measured, ok: pass }));
  return { rows, compared: [], phases };
}

async function run(part) {
  console.error(`${part} …`);
  const from = performance.now();
  const child = spawn(process.execPath, [scriptOf(part), '--json', ...(parts[part] ?? [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  const tooLong = setTimeout(() => child.kill('SIGTERM'), longestMs);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(tooLong);
  const seconds = Math.round((performance.now() - from) / 1_000);
  try {
    return { part, seconds, ...foundOf(part, output) };
  } catch {
    const failed = { part, what: `the part ended with ${code}, and told nothing`, ok: false };
    return { part, seconds, rows: [failed], compared: [] };
  }
}

build();
const found = [];
for (const part of asked.length > 0 ? asked : Object.keys(parts)) if (!stopped) found.push(await run(part));

const rows = found.flatMap((each) => each.rows);
console.log(table(rows));
for (const { compared } of found) if (compared.length > 0) console.log(`\n${comparison(compared)}`);
if (asked.length === 0 && !stopped) {
  const result = {
    ...machineAndVersions(),
    parts: Object.fromEntries(found.map((each) => [each.part, each])),
  };
  writeFileSync(new URL('result.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  await writePage(result);
}
const missed = rows.filter(({ ok }) => ok === false);
for (const { part, what } of missed) console.error(`missed: ${part}: ${what}`);
if (missed.length > 0) process.exitCode = 1;
