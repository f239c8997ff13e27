// Everything that is checked besides the tests, two at a time: `npm run check`. All of it runs, also after a failure.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const waiting = ['types', 'lint', 'layers', 'dead', 'format'];
const failed = [];

/** Settles with the exit code once the output has been printed as one piece. */
function run(name) {
  const child = spawn('npm', ['run', '-s', `check:${name}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      output.push(`${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  }).then((code) => {
    process.stdout.write(Buffer.concat(output.map((chunk) => Buffer.from(chunk))));
    if (code !== 0) failed.push(name);
  });
}

async function lane() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}

await Promise.all(Array.from({ length: Math.max(1, Math.min(2, availableParallelism())) }, lane));
if (failed.length > 0) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
