import { EnvelopeError } from '../../core/tiers/envelope.error.js';
import { deleteRow, selectEntry } from './entry-statements.js';
import { openRow } from './open-row.js';
import type { SqlFile } from './sql-file.js';

/** Deletes the row of a key if it is still damaged: what was written since is left alone. */
export async function deleteDamaged(
  file: SqlFile,
  namespace: string,
  key: string,
  maxValueBytes: number,
): Promise<void> {
  const [rows] = await file.run([selectEntry(namespace, key)]);
  const row = rows?.[0];
  if (row === undefined) return;
  try {
    await openRow(row, namespace, key, maxValueBytes);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    await file.run([deleteRow(Number(row['id']))]);
  }
}
