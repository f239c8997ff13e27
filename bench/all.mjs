// Every part, one after the other, and one table of what they found; result.json holds the same for machines. A part
// that fails does not keep the others from running. Arguments: the parts to run; all of them by default.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from './support/built.mjs';
import { table } from './support/figures.mjs';

const parts = [
  'reads',
  'loads',
  'redis',
  'stampede',
  'hung-redis',
  'memory',
  'snapshot',
  'http',
  'prompts',
  'prompts-cold',
  'fleet',
];
const asked = process.argv.slice(2);
const scriptOf = (part) => fileURLToPath(new URL(`${part}/run.mjs`, import.meta.url));

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

/** A part prints rows as JSON; the fleet prints a document, whose bars they are. */
function rowsOf(part, output) {
  const found = JSON.parse(output);
  const rows =
    found.bars?.map(({ name, measured, pass }) => ({ what: name, ours: measured, ok: pass })) ?? found;
  return rows.map((row) => ({ part, ...row }));
}

function run(part) {
  console.error(`${part} …`);
  const child = spawn(process.execPath, [scriptOf(part), '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      try {
        resolve({ rows: rowsOf(part, output), failed: code !== 0 });
      } catch {
        resolve({ rows: [{ part, what: `failed with ${code}`, ok: false }], failed: true });
      }
    });
  });
}

build();
const rows = [];
for (const part of parts) {
  if (stopped) break;
  if (asked.length > 0 && !asked.includes(part)) continue;
  if (!existsSync(scriptOf(part))) continue;
  const { rows: found, failed } = await run(part);
  rows.push(...found);
  if (failed) process.exitCode = 1;
}
const [{ model }] = cpus();
const machine = { node: process.version, cpu: model, cores: cpus().length, at: new Date().toISOString() };
writeFileSync(new URL('result.json', import.meta.url), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
console.log(`Node ${machine.node}, ${machine.cores} × ${model}\n`);
console.log(table(rows));
