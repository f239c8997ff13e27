import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Whether a process id is that of a live postmaster of this cluster, surely isn't, or can't be told. */
export type Relation = 'own' | 'foreign' | 'unknown';

export function inspectProcess(pid: number, clusterDir: string): Promise<Relation> {
  return process.platform === 'linux' ? inspectByProc(pid, clusterDir) : inspectByPs(pid, clusterDir);
}

async function inspectByProc(pid: number, clusterDir: string): Promise<Relation> {
  // Empty for what has ended and waits to be reaped, which nobody may ever do in a container.
  const command = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const args = command.split('\0');
  if (path.basename(args[0]!) !== 'postgres') return 'foreign';
  // A postmaster works in its data directory, and this stays true when the folder is moved.
  const folder = await fs.readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (folder !== undefined) return folder.replace(/ \(deleted\)$/, '') === clusterDir ? 'own' : 'foreign';
  return args.includes(clusterDir) ? 'own' : 'unknown';
}

async function inspectByPs(pid: number, clusterDir: string): Promise<Relation> {
  const args = ['-ww', '-o', 'command=', '-p', String(pid)];
  const command = await promisify(execFile)('ps', args).then(
    ({ stdout }) => stdout,
    // ps fails for a process that doesn't exist, with a number; that it can't be run is told by a word.
    ({ code }: { code?: unknown }) => (typeof code === 'number' ? '' : undefined),
  );
  if (command === undefined) return 'unknown';
  if (!command.includes('postgres')) return 'foreign';
  return command.includes(clusterDir) ? 'own' : 'unknown';
}
