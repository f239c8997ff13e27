import { deleteEntry, deletePrefix } from './entry-statements.js';
import type { PendingDelete } from './pending-delete.js';
import type { SqlFile } from './sql-file.js';

/** What one transaction deletes. */
const batchRows = 512;

/** Deletes in transactions of a bounded size; answers how many entries each deletion took. */
export async function commitDeletes(file: SqlFile, deletes: readonly PendingDelete[]): Promise<number[]> {
  const counts: number[] = [];
  for (const { namespace, key, isPrefix } of deletes)
    counts.push(
      isPrefix ? await deleteAll(file, namespace, key) : await rowsOf(file, deleteEntry(namespace, key)),
    );
  return counts;
}

async function deleteAll(file: SqlFile, namespace: string, prefix: string): Promise<number> {
  let count = 0;
  for (;;) {
    const deleted = await rowsOf(file, deletePrefix(namespace, prefix, batchRows));
    count += deleted;
    if (deleted < batchRows) return count;
  }
}

async function rowsOf(file: SqlFile, statement: ReturnType<typeof deleteEntry>): Promise<number> {
  const [rows] = await file.run([statement]);
  return rows?.length ?? 0;
}

/** Moves the log into the file and empties it, so that no deleted byte is left there. False while a reader is in the way. */
export async function emptyLog(file: SqlFile): Promise<boolean> {
  const [rows] = await file.run([{ sql: 'PRAGMA wal_checkpoint(TRUNCATE)' }]);
  return rows?.[0]?.['busy'] === 0;
}
