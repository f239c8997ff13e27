import { AuditWalk, chainStart, type AuditPlace, type AuditRow } from './audit-walk.js';

export interface AuditVerdict {
  readonly rows: number;
  /** The hash of the newest row: kept elsewhere, it also proves that the newest rows are still there. */
  readonly head: string;
  /** What is wrong, the oldest first; empty for a chain that is whole. */
  readonly faults: readonly string[];
}

/**
 * Walks the chain from its first row.
 * @param pages rows in the order of their ids
 * @param head what the database says is newest, read before the rows; `null` where it says nothing
 * @param knownHash a hash that was noted earlier, which must still be in the chain
 */
export async function verifyAudit(
  pages: AsyncIterable<readonly AuditRow[]>,
  head: AuditPlace | null,
  knownHash: string | null,
): Promise<AuditVerdict> {
  const walk = new AuditWalk();
  let isKnown = knownHash === null || knownHash === chainStart.hash;
  let headSeen = walk.isAt(head);
  for await (const page of pages) {
    for (const row of page) {
      walk.see(row);
      headSeen ||= walk.isAt(head);
      isKnown ||= row.hash === knownHash;
    }
  }
  walk.end(head, headSeen);
  if (!isKnown) walk.fault(`no row has the hash ${knownHash}: rows were removed since it was noted`);
  return { rows: Number(walk.at.id), head: walk.at.hash, faults: walk.faults };
}
