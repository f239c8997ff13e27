import fs from 'node:fs/promises';
import path from 'node:path';

/** More of them would fill the disk that may have been the trouble. */
const kept = 2;

const isSetAside = (file: string) => (name: string) => name.startsWith(`${path.basename(file)}.corrupt-`);

/**
 * Renames the SQLite file, and its log with it, to `<file>.corrupt-<Unix milliseconds>`, so that a new one can be begun;
 * the last two of them are kept. Answers the new name. Nothing may have the file open.
 */
export async function setAside(file: string, now: number): Promise<string> {
  let aside = `${file}.corrupt-${now}`;
  for (let again = 1; await exists(aside); again++) aside = `${file}.corrupt-${now + again}`;
  // The log first: left beside a new file, it would be taken for that file's.
  await fs.rename(`${file}-wal`, `${aside}-wal`).catch(ignoreMissing);
  await fs.rename(file, aside);
  await fs.rm(`${file}-shm`, { force: true });
  const all = await listSetAside(file);
  await Promise.all(all.slice(0, -kept).map((old) => remove(old)));
  return aside;
}

/** What was set aside may hold what is deleted now, and can't be searched for it: it goes as a whole. */
export async function dropSetAside(file: string): Promise<void> {
  await Promise.all((await listSetAside(file)).map((aside) => remove(aside)));
}

/** Oldest first. */
async function listSetAside(file: string): Promise<string[]> {
  const names = await fs.readdir(path.dirname(file));
  return names
    .filter(isSetAside(file))
    .filter((name) => /\d$/.test(name))
    .toSorted()
    .map((name) => path.join(path.dirname(file), name));
}

const remove = (aside: string): Promise<unknown> =>
  Promise.all(['', '-wal', '-shm'].map((suffix) => fs.rm(`${aside}${suffix}`, { force: true })));

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
