import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PostgresUser } from './postgres-user.js';

const TIMEOUT_MS = 180_000;
const run = promisify(execFile);

/** Nothing of this process's environment is passed on: it holds secrets, and PG* variables that would be obeyed. */
export const binaryOptions = (packageFolder: string, user: PostgresUser) => ({
  ...user,
  cwd: path.parse(packageFolder).root,
  env: { LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: path.join(packageFolder, 'native', 'lib') },
});

export const binaryPath = (packageFolder: string, name: string): string =>
  path.join(packageFolder, 'native', 'bin', name);

/** Runs one of the package's programs to its end; what it wrote to stderr becomes the message of the error. */
export async function runBinary(packageFolder: string, name: string, args: string[], user: PostgresUser) {
  try {
    const options = { ...binaryOptions(packageFolder, user), timeout: TIMEOUT_MS };
    return (await run(binaryPath(packageFolder, name), args, options)).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const words = stderr?.trim() || `${name}: ${message}`;
    throw Object.assign(new Error(words, { cause: error }), {
      code: (error as { code?: unknown }).code,
    });
  }
}
