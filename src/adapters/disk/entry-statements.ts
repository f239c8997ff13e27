import type { SqlStatement } from './sql-file.js';

const bindKey = (key: string): Buffer => Buffer.from(key, 'utf16le');

/** The least key that no key with this prefix reaches; `null` where there is none. */
function endOfPrefix(prefix: Buffer): Buffer | null {
  const end = Buffer.from(prefix);
  for (let length = end.length; length > 0; length--) {
    const last = end.readUInt8(length - 1);
    if (last === 0xff) continue;
    end.writeUInt8(last + 1, length - 1);
    return end.subarray(0, length);
  }
  return null;
}

// A blob whose type was damaged into text would end the process if its bytes are not UTF-8: hence the casts.
const facts = 'CAST(facts AS BLOB) AS facts';

/** Gives `id`, `last_access`, `facts`, `envelope`. */
export const selectEntry = (namespace: string, key: string): SqlStatement => ({
  sql: `SELECT id, CAST(last_access AS INTEGER) AS last_access, ${facts}, CAST(envelope AS BLOB) AS envelope
    FROM entry WHERE namespace = ? AND key = ?`,
  values: [namespace, bindKey(key)],
});

/** Gives `id`, `facts`. */
export const selectFacts = (namespace: string, key: string): SqlStatement => ({
  sql: `SELECT id, ${facts} FROM entry WHERE namespace = ? AND key = ?`,
  values: [namespace, bindKey(key)],
});

/** Gives `id`. */
export const selectId = (namespace: string, key: string): SqlStatement => ({
  sql: 'SELECT id FROM entry WHERE namespace = ? AND key = ?',
  values: [namespace, bindKey(key)],
});

/** Gives `entries`, `bytes`. */
export const selectUsage = (namespace: string): SqlStatement => ({
  sql: `SELECT count(*) AS entries, CAST(coalesce(sum(size), 0) AS INTEGER) AS bytes FROM entry WHERE namespace = ?`,
  values: [namespace],
});

export interface EntryRow {
  readonly namespace: string;
  readonly key: string;
  readonly storedAt: number;
  readonly expiresAt: number | null;
  readonly lastAccess: number;
  readonly pinned: boolean;
  readonly facts: Buffer;
  readonly envelope: Buffer;
}

/** Gives `id`: of the row that was there, or of a new one. */
export const upsertEntry = (row: EntryRow): SqlStatement => ({
  sql: `INSERT INTO entry (namespace, key, size, stored_at, expires_at, last_access, pinned, facts, envelope)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (namespace, key) DO UPDATE SET size = excluded.size, stored_at = excluded.stored_at,
      expires_at = excluded.expires_at, last_access = excluded.last_access, pinned = excluded.pinned,
      facts = excluded.facts, envelope = excluded.envelope
    RETURNING id`,
  values: [
    row.namespace,
    bindKey(row.key),
    row.envelope.length,
    row.storedAt,
    row.expiresAt,
    row.lastAccess,
    row.pinned ? 1 : 0,
    row.facts,
    row.envelope,
  ],
});

export const touchEntry = (id: number, at: number): SqlStatement => ({
  sql: 'UPDATE entry SET last_access = ? WHERE id = ? AND last_access < ?',
  values: [at, id, at],
});

const deleteBy = (condition: string, values: SqlStatement['values'] = []): SqlStatement => ({
  sql: `DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE ${condition}) RETURNING id`,
  values,
});

// Each of these gives one row for each entry that it deleted.
export const deleteEntry = (namespace: string, key: string): SqlStatement =>
  deleteBy('namespace = ? AND key = ?', [namespace, bindKey(key)]);

export const deleteRow = (id: number): SqlStatement => deleteBy('id = ?', [id]);

export function deletePrefix(namespace: string, prefix: string, limit: number): SqlStatement {
  const from = bindKey(prefix);
  const end = endOfPrefix(from);
  return end === null
    ? deleteBy('namespace = ? AND key >= ? LIMIT ?', [namespace, from, limit])
    : deleteBy('namespace = ? AND key >= ? AND key < ? LIMIT ?', [namespace, from, end, limit]);
}

/** Gives `id`, `size`. */
export const selectExpired = (now: number, limit: number): SqlStatement => ({
  sql: `SELECT id, CAST(size AS INTEGER) AS size FROM entry
    WHERE pinned = 0 AND expires_at IS NOT NULL AND expires_at <= ? LIMIT ?`,
  values: [now, limit],
});

/** Gives `id`, `size`. */
export const selectLeastRecent = (limit: number): SqlStatement => ({
  sql: `SELECT id, CAST(size AS INTEGER) AS size FROM entry WHERE pinned = 0 ORDER BY last_access LIMIT ?`,
  values: [limit],
});
