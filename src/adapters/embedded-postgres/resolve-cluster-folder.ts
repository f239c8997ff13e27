import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findBarrier } from './find-barrier.js';
import type { Notice } from './notice.js';
import { readPassword } from './password-file.js';
import type { PostgresUser } from './postgres-user.js';
import { recall, type Remembered } from './remembered.js';
import { setClusterAside } from './set-cluster-aside.js';

interface Request {
  dataDir: string;
  remembered: Remembered;
  user: PostgresUser;
  /** Makes, where needed, the folder for what can't be in the data folder. */
  systemFolder: () => Promise<string>;
  notice: Notice;
}

/** Where the database of a data folder is, or is to be. */
export async function resolveClusterFolder({ dataDir, remembered, user, systemFolder, notice }: Request) {
  const elsewhere = remembered.clusterDir;
  if (elsewhere && (await holdsCluster(elsewhere))) {
    await refuseSharing(dataDir, elsewhere, remembered.dataDir);
    return elsewhere;
  }
  if (elsewhere) notice('The database of this data folder is gone, a new one takes its place', { elsewhere });

  const inPlace = path.join(dataDir, 'postgres');
  const barrier = await findBarrier(dataDir, user);
  if (await holdsCluster(inPlace)) {
    if (barrier) throw unreachable(inPlace, barrier, user);
    return fs.realpath(inPlace);
  }
  if (!barrier) return inPlace;

  const folder = path.join(
    await systemFolder(),
    createHash('sha256').update(dataDir).digest('hex').slice(0, 16),
  );
  const clusterDir = path.join(folder, 'postgres');
  await fs.mkdir(folder, { recursive: true });
  await fs.chmod(folder, 0o755);
  if ((await holdsCluster(clusterDir)) && !(await readPassword(dataDir)))
    await setClusterAside(clusterDir, notice);
  notice('The database is kept outside of the data folder, which the user that runs Postgres can not reach', {
    clusterDir,
    dataDir,
    barrier,
  });
  return clusterDir;
}

/** A folder that can't be looked into counts: what is wrong with it is said later, and nothing is put in its place. */
export async function holdsCluster(folder: string): Promise<boolean> {
  return fs.access(path.join(folder, 'PG_VERSION')).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  );
}

/** A moved data folder keeps its database; a copied one must not write to the database of the original. */
async function refuseSharing(dataDir: string, clusterDir: string, from?: string): Promise<void> {
  if (!from || from === dataDir || (await recall(from)).clusterDir !== clusterDir) return;
  throw new EmbeddedPostgresError(
    'shared-cluster',
    `${dataDir} is a copy of ${from}, whose database ${clusterDir} can't serve both. Remove postgres.json and postgres-password from the copy to begin with an empty database`,
  );
}

const unreachable = (clusterDir: string, barrier: string, { uid }: PostgresUser): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'unreachable',
    `The database in ${clusterDir} is out of reach for uid ${uid}, which runs Postgres for root: chmod o+x ${barrier}`,
  );
