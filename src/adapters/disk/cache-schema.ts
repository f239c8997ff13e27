import type { SqlFile, SqlStatement } from './sql-file.js';

/** Of the table, not of the values in it. Another one is set aside. */
const schemaVersion = 1;

/**
 * Keys are bound as UTF-16: equal keys and prefixes are equal bytes, also where they hold NUL or half a character.
 * The envelope comes last, so that whatever doesn't ask for it never reads its pages.
 */
const schema = `
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    key BLOB NOT NULL,
    size INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_access INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    facts BLOB NOT NULL,
    envelope BLOB NOT NULL
  );
  CREATE UNIQUE INDEX entry_key ON entry (namespace, key);
  CREATE INDEX entry_size ON entry (namespace, size);
  CREATE INDEX entry_access ON entry (pinned, last_access, size);
  CREATE INDEX entry_expiry ON entry (expires_at) WHERE pinned = 0 AND expires_at IS NOT NULL;
  PRAGMA user_version = ${schemaVersion}`;

/**
 * WAL, so that readers never wait for the writer. FULL, because each commit is to outlive a loss of power: it costs an
 * fsync per batch, for which nobody waits. What is deleted is overwritten, unless that is not asked for. Mapped memory would turn a file that is cut
 * short into a SIGBUS.
 */
const writerPragmas = (overwritesDeleted: boolean) => [
  'busy_timeout = 250',
  // FAST overwrites where that costs no write of its own.
  `secure_delete = ${overwritesDeleted ? 'ON' : 'FAST'}`,
  'journal_mode = WAL',
  'synchronous = FULL',
  'journal_size_limit = 8388608',
  'mmap_size = 0',
];
const readerPragmas = ['busy_timeout = 100', 'query_only = ON', 'mmap_size = 0'];

const statements = (texts: readonly string[]): SqlStatement[] => texts.map((sql) => ({ sql }));
const pragmas = (settings: readonly string[]): SqlStatement[] =>
  statements(settings.map((setting) => `PRAGMA ${setting}`));

/** Readies a connection for writing; makes the table in an empty file. Answers false for a file of another schema. */
export async function prepareWriter(file: SqlFile, overwritesDeleted: boolean): Promise<boolean> {
  await file.run(pragmas(writerPragmas(overwritesDeleted)));
  const found = await schemaOf(file);
  if (found.version === 0 && found.tables === 0) {
    await file.run(statements(['BEGIN IMMEDIATE', ...schema.split(';'), 'COMMIT']));
    return true;
  }
  return found.version === schemaVersion;
}

/**
 * Goes the way of every read to each pinned row, to the last byte: whatever is damaged there is found now, and not when
 * the last known good is needed.
 */
const walkPinned = `SELECT count(hex(substr(held.envelope, -1))) AS rows FROM entry AS pinned
  CROSS JOIN entry AS held INDEXED BY entry_key ON held.namespace = pinned.namespace AND held.key = pinned.key
  WHERE pinned.pinned = 1`;

/** Readies a connection for reading. Answers false for a file of another schema. */
export async function prepareReader(file: SqlFile): Promise<boolean> {
  await file.run(pragmas(readerPragmas));
  if ((await schemaOf(file)).version !== schemaVersion) return false;
  await file.run(statements([walkPinned]));
  return true;
}

async function schemaOf(file: SqlFile): Promise<{ version: number; tables: number }> {
  const [version, tables] = await file.run(
    statements(['PRAGMA user_version', 'SELECT count(*) AS tables FROM sqlite_master']),
  );
  return { version: Number(version?.[0]?.['user_version']), tables: Number(tables?.[0]?.['tables']) };
}
