import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';

const ENDED = new Set(['Z', 'X']);

/**
 * When a process started, as words that no other process with this id ever has: ids are used again, and in a restarted
 * container at once. Undefined: no such process. Empty: it lives, and the system doesn't tell since when.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return undefined;
  return process.platform === 'linux' ? startByProc(pid) : startByPs(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function startByProc(pid: number): Promise<string | undefined> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return exists(pid) ? '' : undefined;
  // The name in parentheses may hold anything; after it come the state and, as the 20th, the start in ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // One that has ended and waits to be reaped holds nothing; in a container nobody may ever reap it.
  if (ENDED.has(fields[0]!)) return undefined;
  const boot = await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}:${fields[19]}`;
}

async function startByPs(pid: number): Promise<string> {
  const started = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return started.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
