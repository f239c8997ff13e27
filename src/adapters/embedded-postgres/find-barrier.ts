import { folderChain } from './folder-chain.js';
import type { PostgresUser } from './postgres-user.js';

/** The folder that the Postgres user can't pass on its way to `folder`, or undefined where the way is free. */
export async function findBarrier(folder: string, user: PostgresUser): Promise<string | undefined> {
  if (user.uid === undefined) return undefined;
  const blocked = (await folderChain(folder)).findLast(({ mode, uid, gid }) => {
    const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    return (mode & search) === 0;
  });
  return blocked?.folder;
}
