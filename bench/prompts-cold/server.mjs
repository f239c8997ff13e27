// A real server process, on the embedded Postgres of its folder.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../fleet/until.mjs';

async function keyOf(dataDir) {
  const read = () => readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
  await until(() => existsSync(join(dataDir, 'admin-key')) && read() !== '', 'there is a key');
  return read();
}

export async function serve(root, dataDir) {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist', 'src', 'main.js')], {
    env: { ...inherited, PORT: '0', LOG_LEVEL: 'info', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      if (out.length > 1e6) return;
      out += chunk;
      const told = /"url":"(http:[^"]+)"/.exec(out)?.[1];
      if (told) resolve(told);
    });
    child.once('exit', (code) => reject(new Error(`The server exited with ${code}: ${out.slice(-500)}`)));
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  };
  return { url, pid: child.pid, key: await keyOf(dataDir), stop };
}
