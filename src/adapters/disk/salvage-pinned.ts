import { crc32 } from 'node:zlib';
import { supersedes } from '../../core/tiers/supersedes.js';
import { upsertEntry } from './entry-statements.js';
import { openFacts, type RowFacts } from './row-facts.js';
import { bytesOf, type OpenSqlFile, type SqlFile, type SqlRow } from './sql-file.js';

/** Different ways to the same rows: a damaged page is seldom on all of them. */
const waysToPinned = [
  'SELECT id FROM entry INDEXED BY entry_access WHERE pinned = 1',
  'SELECT id FROM entry NOT INDEXED WHERE pinned = 1',
  'SELECT id FROM entry NOT INDEXED WHERE pinned = 1 ORDER BY id DESC',
  'SELECT id FROM entry INDEXED BY entry_key',
];

interface SoundRow {
  readonly facts: RowFacts;
  readonly sealed: Buffer;
  readonly envelope: Buffer;
  readonly storedAt: number;
}

/**
 * Carries those pinned rows of a damaged file over into a new one that can still be proven whole; answers how many.
 * Never rejects.
 */
export async function salvagePinned(from: string, into: SqlFile, open: OpenSqlFile): Promise<number> {
  const file = await open(from).catch(() => null);
  if (file === null) return 0;
  try {
    const newest = newestOf(await soundRows(file));
    const written = newest.map((row) => into.run([copyOf(row)]));
    return (await Promise.allSettled(written)).filter(({ status }) => status === 'fulfilled').length;
  } finally {
    await file.close();
  }
}

async function soundRows(file: SqlFile): Promise<SoundRow[]> {
  const sound = new Map<number, SoundRow>();
  for (const way of waysToPinned) {
    const rows = await attempt(file, way);
    for (const id of (rows ?? []).map((row) => Number(row['id']))) {
      const row = sound.has(id) ? null : await readRow(file, id);
      if (row !== null) sound.set(id, row);
    }
  }
  return [...sound.values()];
}

async function readRow(file: SqlFile, id: number): Promise<SoundRow | null> {
  const rows = await attempt(
    file,
    `SELECT CAST(stored_at AS INTEGER) AS stored_at, CAST(facts AS BLOB) AS facts,
      CAST(envelope AS BLOB) AS envelope FROM entry NOT INDEXED WHERE id = ?`,
    [id],
  );
  const sealed = bytesOf(rows?.[0]?.['facts']);
  const envelope = bytesOf(rows?.[0]?.['envelope']);
  const facts = openFacts(sealed);
  if (facts?.pinned !== true || crc32(envelope) !== facts.envelopeCrc) return null;
  return { facts, sealed, envelope, storedAt: Number(rows?.[0]?.['stored_at']) };
}

/** Over a damaged index a key may have been written a second time, to a row of its own. */
function newestOf(rows: readonly SoundRow[]): SoundRow[] {
  const newest = new Map<string, SoundRow>();
  for (const row of rows) {
    const id = JSON.stringify([row.facts.namespace, row.facts.key]);
    const held = newest.get(id);
    if (held === undefined || supersedes(row.facts, held.facts)) newest.set(id, row);
  }
  return [...newest.values()];
}

function copyOf({ facts, sealed, envelope, storedAt }: SoundRow): ReturnType<typeof upsertEntry> {
  const { namespace, key, expiresAt, pinned } = facts;
  return upsertEntry({
    namespace,
    key,
    storedAt,
    expiresAt,
    lastAccess: storedAt,
    pinned,
    facts: sealed,
    envelope,
  });
}

const attempt = (file: SqlFile, sql: string, values: number[] = []): Promise<SqlRow[] | null> =>
  file.run([{ sql, values }]).then(
    ([rows]) => rows ?? [],
    () => null,
  );
