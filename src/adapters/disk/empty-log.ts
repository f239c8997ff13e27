import type { SqlFile } from './sql-file.js';

/** Moves the log into the file and empties it, so that no deleted byte is left there. False while a reader is in the way. */
export async function emptyLog(file: SqlFile): Promise<boolean> {
  const [rows] = await file.run([{ sql: 'PRAGMA wal_checkpoint(TRUNCATE)' }]);
  return rows?.[0]?.['busy'] === 0;
}
