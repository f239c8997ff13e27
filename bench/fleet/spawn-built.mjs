import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { PATH, HOME } = process.env;

/** Its environment is its settings alone; it runs in its own folder, where there is no .env. */
export const spawnBuilt = (file, args, settings) =>
  spawn(process.execPath, [join(root, 'dist', 'src', file), ...args], {
    env: { PATH, HOME, ...settings },
    cwd: settings.DATA_DIR,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
