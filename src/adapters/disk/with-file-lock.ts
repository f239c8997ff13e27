import { randomUUID } from 'node:crypto';
import { processStart } from './process-start.js';
import { dropLockFile, takeLockFile } from './take-lock-file.js';

/**
 * Runs `work` while no other process does so with this lock. Who dies holds it no longer.
 * @throws Error that names the process which holds it
 */
export async function withFileLock<R>(file: string, work: () => Promise<R>): Promise<R> {
  const startedAt = (await processStart(process.pid)) ?? '';
  const content = `${JSON.stringify({ pid: process.pid, startedAt, token: randomUUID() })}\n`;
  const holder = await takeLockFile(file, content);
  if (holder) throw new Error(`Process ${holder.pid} is at the same work (${file}): try again`);
  try {
    return await work();
  } finally {
    await dropLockFile(file, content);
  }
}
