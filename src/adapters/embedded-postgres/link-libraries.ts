import fs from 'node:fs/promises';
import path from 'node:path';

interface SymbolicLink {
  source: string;
  target: string;
}

/** Does what the package's install script does, since scripts may be off. False: links are missing and can't be made. */
export async function linkLibraries(packageFolder: string): Promise<boolean> {
  const list = await fs
    .readFile(path.join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')
    .catch(() => '[]');
  const made = await Promise.all(
    (JSON.parse(list) as SymbolicLink[]).map((link) => makeLink(packageFolder, link)),
  );
  return made.every(Boolean);
}

async function makeLink(packageFolder: string, { source, target }: SymbolicLink): Promise<boolean> {
  try {
    await fs.symlink(path.relative(path.dirname(target), source), path.join(packageFolder, target));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') throw error;
    // A folder that may not be written to says so even where the link is there already.
    return fs.lstat(path.join(packageFolder, target)).then(
      () => true,
      () => false,
    );
  }
}
