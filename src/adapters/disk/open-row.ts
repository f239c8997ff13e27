import { crc32 } from 'node:zlib';
import { decodeEnvelope } from '../../core/tiers/envelope.js';
import { EnvelopeError } from '../../core/tiers/envelope.error.js';
import type { StoredEntry } from '../../core/tiers/stored-entry.js';
import { openFacts, type RowFacts } from './row-facts.js';
import { bytesOf, type SqlRow } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

export interface OpenedRow {
  readonly facts: RowFacts;
  readonly entry: StoredEntry;
}

/**
 * The entry in a row of `selectEntry`, proven whole and to be of this key.
 * @throws EnvelopeError if the row is damaged, SqlFileError if the file gave the row of another key
 */
export async function openRow(
  row: SqlRow,
  namespace: string,
  key: string,
  maxValueBytes: number,
): Promise<OpenedRow> {
  const facts = openFacts(bytesOf(row['facts']));
  if (facts === null) throw new EnvelopeError('crc');
  if (facts.namespace !== namespace || facts.key !== key)
    throw new SqlFileError('an index leads to the row of another key', 'SQLITE_CORRUPT_INDEX');
  const envelope = bytesOf(row['envelope']);
  // The envelope's own CRC leaves out its first line.
  if (crc32(envelope) !== facts.envelopeCrc) throw new EnvelopeError('crc');
  return { facts, entry: await decodeEnvelope(envelope, { maxValueBytes }) };
}
