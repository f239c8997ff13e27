// A redis-server of the benchmark's own, on 127.0.0.1: the one that the tests run on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort } from '../../dist/src/adapters/embedded-postgres/choose-port.js';

const findRedis = createRequire(import.meta.url)('../../test/support/find-redis.cjs');

export async function startRedis() {
  const found = findRedis();
  if (found === null) throw new Error('No redis-server was found: set REDIS_SERVER to one');
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-redis-'));
  const port = await choosePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const child = spawn(found.server, [...own, '--save', '', '--appendonly', 'no'], {
    env: { PATH: process.env.PATH, ...(found.libraries && { LD_LIBRARY_PATH: found.libraries }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await ready(child);
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void stop().then(() => process.exit(1)));
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Connections stay, nobody answers. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    stop,
  };
}

function ready(child) {
  let log = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`redis-server ended:\n${log}`)));
    child.stdout.on('data', (chunk) => {
      log += chunk;
      if (log.includes('Ready to accept connections')) resolve();
    });
  });
}
