import { supersedes, type Ordered } from '../../core/tiers/supersedes.js';
import type { SetOutcome } from '../../core/tiers/tier.js';
import { selectFacts, selectId, upsertEntry } from './entry-statements.js';
import type { PendingSet } from './pending-set.js';
import { hasExpired, openFacts } from './row-facts.js';
import { begin, bytesOf, commit, type SqlFile, type SqlRow } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

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
    const stored: PendingSet[] = [];
    writes.forEach((write, at) => {
      const earlier = followsOn(writes, at) ? lastStored(writes, outcomes, at) : undefined;
      const held: Ordered | null = earlier?.entry ?? heldBy(found[at]?.[0], write, now);
      const isStored =
        !write.isDiscarded && (held === null || supersedes(write.entry, held, write.currentFrom));
      outcomes.push(isStored ? 'stored' : 'older');
      if (isStored) stored.push(write);
    });
    await store(file, stored);
    return outcomes;
  } catch (error) {
    // Where it was the file that failed, this was done already.
    await file.run([{ sql: 'ROLLBACK' }]).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes, and looks whether that is what will be read: a damaged index may lead reads to another row of the same key, and
 * the older value would be read for ever. The file is replaced then; the newer of the two goes on into the next one.
 */
async function store(file: SqlFile, writes: readonly PendingSet[]): Promise<void> {
  const rows = writes.map((write) => upsertEntry(write.row));
  const lookUps = writes.map(({ namespace, key }) => selectId(namespace, key));
  const ids = (await file.run([...rows, ...lookUps, commit])).map(([first]) => first?.['id']);
  if (writes.some((_, at) => ids[at] !== ids[rows.length + at]))
    throw new SqlFileError('an index leads to another row than was written', 'SQLITE_CORRUPT_INDEX');
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
