import { DataFolderInUseError } from '../adapters/disk/data-folder-in-use.error.js';
import { DataFolderLock } from '../adapters/disk/data-folder-lock.js';
import { EmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.js';
import { readSettings } from '../platform/config/read-settings.js';
import type { Settings } from '../platform/config/settings.js';
import { askDatabase, placeOf } from '../platform/database/ask-database.js';
import { DatabaseUnreachableError } from './database-unreachable.error.js';

/**
 * Runs `work` on the database of the settings. The embedded one is shared with a server that runs on it; without a
 * server it is started for as long as the work takes.
 * @throws DatabaseUnreachableError before anything is begun
 */
export async function withDatabase<R>(work: (settings: Settings, url: string) => Promise<R>): Promise<R> {
  const settings = readSettings();
  if (settings.database.url !== null) {
    await assertReachable(settings.database.url);
    return work(settings, settings.database.url);
  }
  const { dataDir } = settings;
  const lock = await lockUnlessServed(dataDir);
  const postgres = await EmbeddedPostgres.start({ dataDir, samePort: lock === null });
  try {
    return await work(settings, postgres.url);
  } finally {
    if (lock !== null) {
      await postgres.stop();
      await lock.release();
    }
  }
}

/** A server waits for its database; whoever has typed a command is told. */
async function assertReachable(url: string): Promise<void> {
  try {
    await askDatabase(url, new AbortController().signal, async () => undefined);
  } catch (error) {
    throw new DatabaseUnreachableError(placeOf(url), error);
  }
}

/** `null`: a server owns the folder, and its database. */
async function lockUnlessServed(dataDir: string): Promise<DataFolderLock | null> {
  try {
    return await DataFolderLock.acquire(dataDir);
  } catch (error) {
    if (error instanceof DataFolderInUseError) return null;
    throw error;
  }
}
