import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findLockHolder } from '../../adapters/disk/find-lock-holder.js';
import type { Settings } from '../../platform/config/index.js';
import { fail, ok, warn, type Found } from './finding.js';

const mib = 1_048_576;
const fullestShare = 0.9;

/** The folder can be written to, has room, and who owns it. Nothing is written to find out. */
export async function checkDisk({ dataDir, cache }: Settings): Promise<Found> {
  const folder = await existing(dataDir);
  const { isDirectory, path } = folder;
  if (!isDirectory)
    return fail(`DATA_DIR ${dataDir} cannot be made: ${path} is no folder`, 'name another one in DATA_DIR');
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return fail(
      `DATA_DIR ${dataDir} cannot be written to (${(error as NodeJS.ErrnoException).code})`,
      `let this user write to ${path}, or name another folder in DATA_DIR`,
    );
  }
  const { bavail, blocks, bsize } = await statfs(path);
  const freeMib = Math.floor((bavail * bsize) / mib);
  const fullShare = 1 - bavail / Math.max(1, blocks);
  const holder = path === dataDir ? await findLockHolder(dataDir) : null;
  const owner = holder === null ? 'no process owns it' : `process ${holder} owns it`;
  const told = `${dataDir}${path === dataDir ? '' : ' (not made yet)'} has ${freeMib} MiB free; ${owner}`;
  const neededMib = Math.ceil((cache.diskMaxBytes ?? 0) / mib);
  if (fullShare > fullestShare)
    return warn(
      `${told}, and the disk is ${Math.round(fullShare * 100)} % full`,
      'make room: a full disk keeps no last known good',
    );
  if (freeMib < neededMib)
    return warn(
      `${told}, and CACHE_DISK_MAX_BYTES is ${neededMib} MiB`,
      'make room, or lower CACHE_DISK_MAX_BYTES',
    );
  return ok(told);
}

/** The folder itself, or the nearest above it that there is. */
async function existing(folder: string): Promise<{ path: string; isDirectory: boolean }> {
  try {
    return { path: folder, isDirectory: (await stat(folder)).isDirectory() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(folder) === folder) throw error;
    return existing(dirname(folder));
  }
}
