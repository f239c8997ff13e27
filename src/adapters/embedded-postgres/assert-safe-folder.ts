import fs from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { folderChain } from './folder-chain.js';

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/** Nobody but root and this user may be able to replace what is in the folder: it is executed, or holds the data. */
export async function assertSafeFolder(folder: string): Promise<void> {
  const self = process.getuid?.();
  if (self === undefined) return;
  const trusted = (uid: number): boolean => uid === 0 || uid === self;
  const refuse = (why: string): never => {
    throw new EmbeddedPostgresError(
      'unsafe-folder',
      `${folder} can't be trusted: ${why}. Remove it, and start again`,
    );
  };
  if ((await fs.lstat(folder)).isSymbolicLink()) refuse('it is a symbolic link');
  const [own, ...above] = await folderChain(folder);
  if (!trusted(own!.uid)) refuse(`it belongs to uid ${own!.uid}`);
  if (own!.mode & WRITABLE_BY_OTHERS) refuse('others may write to it');
  // What a normal user runs lies in folders it trusts already; root must not run what others can swap.
  if (self !== 0) return;
  for (const each of above) {
    if (!trusted(each.uid)) refuse(`${each.folder} belongs to uid ${each.uid}`);
    if (each.mode & WRITABLE_BY_OTHERS && !(each.mode & STICKY)) refuse(`others may write to ${each.folder}`);
  }
}
