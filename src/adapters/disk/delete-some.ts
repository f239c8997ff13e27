import type { PendingDelete } from './pending-delete.js';
import { begin, commit, type SqlFile } from './sql-file.js';

/** What one transaction deletes: a write that is queued meanwhile waits no longer than for so many. */
const batchRows = 128;

/** Takes the first deletions one transaction further; answers which of them are complete. */
export async function deleteSome(file: SqlFile, deletes: readonly PendingDelete[]): Promise<PendingDelete[]> {
  const [first] = deletes;
  if (first === undefined) return [];
  const others = deletes.slice(0, batchRows).filter(({ isPrefix }) => !isPrefix);
  const now = first.isPrefix ? [first] : others;
  const [, ...found] = await file.run([begin, ...now.map((each) => each.statement(batchRows)), commit]);
  return now.filter((each, at) => {
    const count = found[at]?.length ?? 0;
    each.took(count);
    return count < batchRows;
  });
}
