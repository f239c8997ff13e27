import type { StoredEntry } from '../../core/tiers/stored-entry.js';
import { supersedes } from '../../core/tiers/supersedes.js';
import type { SetOutcome } from '../../core/tiers/tier.js';
import { selectFacts, upsertEntry } from './entry-statements.js';
import type { PendingSet } from './pending-set.js';
import { hasExpired, openFacts } from './row-facts.js';
import { begin, bytesOf, commit, type SqlFile, type SqlRow, type SqlStatement } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

type Ordered = Pick<StoredEntry, 'asOf' | 'confirmedAt' | 'left'>;

/**
 * Stores, in one transaction, those writes that supersede what is held when their turn comes, and answers what became
 * of each. Writes to the same key have to follow each other.
 */
export async function commitSets(
  file: SqlFile,
  writes: readonly PendingSet[],
  now: number,
): Promise<SetOutcome[]> {
  const [, ...found] = await file.run([
    begin,
    ...writes.map(({ namespace, key }) => selectFacts(namespace, key)),
  ]);
  try {
    const outcomes: SetOutcome[] = [];
    const rows: SqlStatement[] = [];
    writes.forEach((write, at) => {
      const earlier = followsOn(writes, at) ? lastStored(writes, outcomes, at) : undefined;
      const held: Ordered | null = earlier?.entry ?? heldBy(found[at]?.[0], write, now);
      const isStored = !write.isDiscarded && (held === null || supersedes(write.entry, held));
      outcomes.push(isStored ? 'stored' : 'older');
      if (isStored) rows.push(upsertEntry(write.row));
    });
    await file.run([...rows, commit]);
    return outcomes;
  } catch (error) {
    // Where it was the file that failed, this was done already.
    await file.run([{ sql: 'ROLLBACK' }]).catch(() => undefined);
    throw error;
  }
}

const isSameKey = (one: PendingSet | undefined, other: PendingSet | undefined): boolean =>
  one?.key === other?.key && one?.namespace === other?.namespace;

const followsOn = (writes: readonly PendingSet[], at: number): boolean =>
  isSameKey(writes[at], writes[at - 1]);

function lastStored(
  writes: readonly PendingSet[],
  outcomes: readonly SetOutcome[],
  before: number,
): PendingSet | undefined {
  for (let at = before - 1; at >= 0 && isSameKey(writes[at], writes[before]); at--)
    if (outcomes[at] === 'stored') return writes[at];
  return undefined;
}

/** What the file holds for the key, as far as it is sound and has not expired. */
function heldBy(row: SqlRow | undefined, { namespace, key }: PendingSet, now: number): Ordered | null {
  if (row === undefined) return null;
  const facts = openFacts(bytesOf(row['facts']));
  if (facts === null || hasExpired(facts, now)) return null;
  if (facts.namespace !== namespace || facts.key !== key)
    throw new SqlFileError('an index leads to the row of another key', 'SQLITE_CORRUPT_INDEX');
  return facts;
}
