import { createHash } from 'node:crypto';

/** A row of `audit_log` as text, fields as the chain hashes them. */
export interface AuditRow {
  readonly id: string;
  readonly fields: readonly (string | null)[];
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditHead {
  readonly id: string;
  readonly hash: string;
}

export interface AuditVerdict {
  readonly rows: number;
  /** The hash of the newest row: kept elsewhere, it also proves that the newest rows are still there. */
  readonly head: string;
  /** What is wrong, the oldest first; empty for a chain that is whole. */
  readonly faults: readonly string[];
}

const firstHash = '0'.repeat(64);
/** A chain that is broken in one place is told by that place; more of them only make the list long. */
const maxFaults = 20;

/**
 * Walks the chain from its first row: every row must follow the one before it and hash to what it says.
 * @param pages rows in the order of their ids
 * @param head what the database says is newest, read before the rows; `null` where it says nothing
 * @param knownHash a hash that was noted earlier, which must still be in the chain
 */
export async function verifyAudit(
  pages: AsyncIterable<readonly AuditRow[]>,
  head: AuditHead | null,
  knownHash: string | null,
): Promise<AuditVerdict> {
  const faults: string[] = [];
  const fault = (text: string) => void (faults.length < maxFaults && faults.push(text));
  let previous = firstHash;
  let rows = 0;
  let isKnown = knownHash === null || knownHash === firstHash;
  let headFound = head?.id === '0' && head.hash === firstHash;
  for await (const page of pages) {
    for (const row of page) {
      rows++;
      if (row.id !== String(rows)) {
        fault(`row ${row.id} stands where row ${rows} should: one was removed or put in between`);
        rows = Number(row.id);
      }
      if (row.previousHash !== previous) fault(`row ${row.id} does not follow the row before it`);
      if (row.hash !== hashOf(row)) fault(`row ${row.id} was edited: it does not hash to what it says`);
      if (row.id === head?.id) headFound = row.hash === head.hash;
      isKnown ||= row.hash === knownHash;
      previous = row.hash;
    }
  }
  if (head === null) fault('the head of the chain is gone: nobody can tell which row is the newest');
  else if (!headFound) fault(`the newest row should be ${head.id} with hash ${head.hash}: it is not there`);
  if (!isKnown) fault(`no row has the hash ${knownHash}: rows were removed since it was noted`);
  return { rows, head: previous, faults };
}

/** Each field goes in with its length in bytes, so that no two rows have one text. */
function hashOf({ id, previousHash, fields }: AuditRow): string {
  const text = [previousHash, id, ...fields]
    .map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`))
    .join('');
  return createHash('sha256').update(text).digest('hex');
}
