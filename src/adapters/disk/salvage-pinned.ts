import { crc32 } from 'node:zlib';
import { upsertEntry } from './entry-statements.js';
import { openFacts } from './row-facts.js';
import { bytesOf, type OpenSqlFile, type SqlFile, type SqlRow } from './sql-file.js';

/** Different ways to the same rows: a damaged page is seldom on all of them. */
const waysToPinned = [
  'SELECT id FROM entry INDEXED BY entry_access WHERE pinned = 1',
  'SELECT id FROM entry NOT INDEXED WHERE pinned = 1',
  'SELECT id FROM entry NOT INDEXED WHERE pinned = 1 ORDER BY id DESC',
  'SELECT id FROM entry INDEXED BY entry_key',
];

/**
 * Carries those pinned rows of a damaged file over into a new one that can still be proven whole; answers how many.
 * Never rejects.
 */
export async function salvagePinned(from: string, into: SqlFile, open: OpenSqlFile): Promise<number> {
  const file = await open(from).catch(() => null);
  if (file === null) return 0;
  try {
    const saved = new Set<number>();
    for (const way of waysToPinned) {
      const rows = await attempt(file, way);
      const ids = (rows ?? []).map(({ id }) => Number(id)).filter((id) => !saved.has(id));
      for (const id of ids) if (await carryOver(file, id, into)) saved.add(id);
      if (rows !== null && saved.size > 0) break;
    }
    return saved.size;
  } finally {
    await file.close();
  }
}

async function carryOver(from: SqlFile, id: number, into: SqlFile): Promise<boolean> {
  const rows = await attempt(
    from,
    `SELECT CAST(stored_at AS INTEGER) AS stored_at, CAST(facts AS BLOB) AS facts,
      CAST(envelope AS BLOB) AS envelope FROM entry NOT INDEXED WHERE id = ?`,
    [id],
  );
  const row = rows?.[0];
  const facts = openFacts(bytesOf(row?.['facts']));
  const envelope = bytesOf(row?.['envelope']);
  if (facts?.pinned !== true || crc32(envelope) !== facts.envelopeCrc) return false;
  const { namespace, key, expiresAt, pinned } = facts;
  const storedAt = Number(row?.['stored_at']);
  const sealed = bytesOf(row?.['facts']);
  const moments = { storedAt, lastAccess: storedAt, expiresAt };
  const copy = upsertEntry({ namespace, key, ...moments, pinned, facts: sealed, envelope });
  return into.run([copy]).then(
    () => true,
    () => false,
  );
}

const attempt = (file: SqlFile, sql: string, values: number[] = []): Promise<SqlRow[] | null> =>
  file.run([{ sql, values }]).then(
    ([rows]) => rows ?? [],
    () => null,
  );
