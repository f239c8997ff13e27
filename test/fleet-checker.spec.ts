import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

it('the checker of bench/fleet accepts a good log, and complains of lost writes, of going back and of failed reads', async () => {
  const { stdout } = await run(process.execPath, [resolve('bench', 'fleet', 'check-log.mjs'), '--self-test']);
  expect(stdout).toMatch(/accepts the good log and complains of \d+ bad ones/);
});
