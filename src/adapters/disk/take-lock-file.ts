import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { processStart } from './process-start.js';

interface Holder {
  pid: number;
  startedAt: string;
}

/**
 * Takes the lock file at `file` for the owner of `content`, or answers who holds it.
 *
 * Who finds a dead holder must not simply replace its file: of two that found it, the second would replace the first
 * one's. So they contest the succession to this very holder: a second lock file named after the dead one's content,
 * taken by this same function, since an heir may die too. Its owner alone may replace the dead one's file, and does so
 * only if that file is still the one it inherits from.
 */
export async function takeLockFile(file: string, content: string): Promise<Holder | undefined> {
  if (await publish(file, content)) return undefined;
  const found = await read(file);
  if (found === undefined) return takeLockFile(file, content);
  const holder = await aliveIn(found);
  if (holder) return holder;

  const succession = `${file}.after-${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
  const rival = await takeLockFile(succession, content);
  if (rival) return rival;
  const inherited = (await read(file)) === found;
  if (inherited) await replace(file, content);
  await fs.rm(succession, { force: true });
  return inherited ? undefined : takeLockFile(file, content);
}

/** Who holds the lock file at `file`, if anybody does. */
export async function findHolder(file: string): Promise<Holder | undefined> {
  const found = await read(file);
  return found === undefined ? undefined : aliveIn(found);
}

export async function dropLockFile(file: string, content: string): Promise<void> {
  if ((await read(file)) === content) await fs.rm(file, { force: true });
}

const read = (file: string): Promise<string | undefined> =>
  fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Undefined for what no process of ours wrote whole: nobody holds such a lock. */
function parse(content: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(content) as Partial<Holder>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

async function aliveIn(content: string): Promise<Holder | undefined> {
  const holder = parse(content);
  return holder && (await isAlive(holder)) ? holder : undefined;
}

async function isAlive({ pid, startedAt }: Holder): Promise<boolean> {
  const start = await processStart(pid);
  return start !== undefined && (start === startedAt || start === '' || startedAt === '');
}

/** A link appears with its whole content, and only where there is nothing yet. */
async function publish(file: string, content: string): Promise<boolean> {
  return withTemporary(file, content, async (temporary) => {
    try {
      await fs.link(temporary, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

const replace = (file: string, content: string): Promise<void> =>
  withTemporary(file, content, (temporary) => fs.rename(temporary, file));

async function withTemporary<T>(
  file: string,
  content: string,
  use: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await fs.writeFile(temporary, content, { flag: 'wx' });
    return await use(temporary);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
