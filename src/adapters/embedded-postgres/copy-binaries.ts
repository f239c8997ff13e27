import fs from 'node:fs/promises';
import path from 'node:path';
import { assertSafeFolder } from './assert-safe-folder.js';
import { linkLibraries } from './link-libraries.js';
import type { BinaryPackage } from './locate-package.js';
import { makeWhole } from './make-whole.js';
import type { Notice } from './notice.js';

/** A copy of the binaries that every user can run and only root (or this user) can change; made once per version. */
export async function copyBinaries(from: BinaryPackage, folder: string, notice: Notice): Promise<string> {
  const target = path.join(folder, `postgresql-${from.version}-${process.platform}-${process.arch}`);
  const exists = await fs.lstat(target).catch(() => undefined);
  if (!exists) {
    await makeWhole(target, async (work) => {
      const copy = path.join(work, 'copy');
      await copyTree(path.join(from.folder, 'native'), path.join(copy, 'native'));
      await fs.chmod(copy, 0o755);
      await linkLibraries(copy);
      return copy;
    });
    notice('Postgres runs from a copy of its binaries, those in node_modules being out of its reach', {
      installed: from.folder,
      copy: target,
    });
  }
  await assertSafeFolder(target);
  return target;
}

/** In parallel, which `fs.cp` is not; links are left out; and open to all, whatever umask the original was made under. */
async function copyTree(from: string, to: string): Promise<void> {
  await fs.mkdir(to, { recursive: true });
  await fs.chmod(to, 0o755);
  const entries = await fs.readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const source = path.join(from, entry.name);
      const target = path.join(to, entry.name);
      if (entry.isDirectory()) await copyTree(source, target);
      if (!entry.isFile()) return;
      await fs.copyFile(source, target, fs.constants.COPYFILE_FICLONE);
      await fs.chmod(target, (await fs.stat(source)).mode & 0o100 ? 0o755 : 0o644);
    }),
  );
}
