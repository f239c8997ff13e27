import fs from 'node:fs/promises';
import type { Notice } from './notice.js';
import { stopPostmaster } from './stop-postmaster.js';

/** Its data folder was deleted and, with it, the password. It may still be somebody's only copy, so it isn't removed. */
export async function setClusterAside(clusterDir: string, notice: Notice): Promise<void> {
  await stopPostmaster(clusterDir);
  const aside = `${clusterDir}.${new Date().toISOString().replaceAll(':', '')}`;
  await fs.rename(clusterDir, aside);
  notice(
    'The database of an earlier data folder of the same name was set aside: remove it if it is not needed',
    {
      aside,
    },
  );
}
