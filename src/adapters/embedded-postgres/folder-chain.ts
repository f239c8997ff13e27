import fs from 'node:fs/promises';
import path from 'node:path';

interface Link {
  folder: string;
  mode: number;
  uid: number;
  gid: number;
}

/** A folder and everything above it up to the root, links resolved. */
export async function folderChain(folder: string): Promise<Link[]> {
  const folders = [await fs.realpath(folder)];
  for (let at = folders[0]!; path.dirname(at) !== at; at = path.dirname(at)) folders.push(path.dirname(at));
  return Promise.all(
    folders.map(async (each) => {
      const { mode, uid, gid } = await fs.stat(each);
      return { folder: each, mode, uid, gid };
    }),
  );
}
