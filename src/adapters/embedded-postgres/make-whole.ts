import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

const underway = new Set<string>();

/**
 * Makes the folder `target` appear whole or not at all: `fill` works in a folder beside it and answers which part of it
 * to move into place. False: another process was faster, and its folder stays.
 */
export async function makeWhole(target: string, fill: (work: string) => Promise<string>): Promise<boolean> {
  await removeAbandoned(target);
  const work = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  underway.add(work);
  try {
    await fs.mkdir(work, { mode: 0o700 });
    await fs.rename(await fill(work), target);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === 'rename' && (code === 'ENOTEMPTY' || code === 'EEXIST')) return false;
    throw error;
  } finally {
    await remove(work);
    underway.delete(work);
  }
}

/** What processes that were killed left unfinished. Never fails: it's a courtesy. */
async function removeAbandoned(target: string): Promise<void> {
  const prefix = `${path.basename(target)}.new-`;
  const names = await fs.readdir(path.dirname(target)).catch(() => []);
  const works = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(path.dirname(target), name));
  const abandoned = works.filter((work) => !underway.has(work) && !isAnothers(work, prefix));
  await Promise.allSettled(abandoned.map((work) => remove(work)));
}

function isAnothers(work: string, prefix: string): boolean {
  const pid = Number.parseInt(path.basename(work).slice(prefix.length), 10);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Retries, since an initdb that lost its parent may still be writing. */
const remove = (folder: string): Promise<void> =>
  fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
