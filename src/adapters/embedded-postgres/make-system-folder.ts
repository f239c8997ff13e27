import fs from 'node:fs/promises';
import { assertSafeFolder } from './assert-safe-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findBarrier } from './find-barrier.js';
import type { PostgresUser } from './postgres-user.js';

/** The folder for what the Postgres user can't reach in place: open to all, and changed by root only. */
export async function makeSystemFolder(folder: string, user: PostgresUser): Promise<string> {
  const made = await fs.mkdir(folder, { recursive: true });
  // A strict umask would close it to the very user that it is for.
  if (made !== undefined) await fs.chmod(folder, 0o755);
  await assertSafeFolder(folder);
  const barrier = await findBarrier(folder, user);
  if (barrier === undefined) return fs.realpath(folder);
  throw new EmbeddedPostgresError(
    'unreachable',
    `${folder} is out of reach for uid ${user.uid}, which runs Postgres for root: chmod o+x ${barrier}`,
  );
}
