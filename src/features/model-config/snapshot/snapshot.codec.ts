import type { ValueCodec } from '../../../core/index.js';
import { buildSnapshot } from './build-snapshot.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { rowsOf } from './snapshot.repository.js';
import type { ConfigRows, JudgeRow, Snapshot } from './snapshot.js';
import { validateConfig } from '../validation/validate-config.js';

type StoredSnapshot = ConfigRows & Pick<Snapshot, 'asOf'>;

/**
 * A snapshot is kept as its rows and the point they belong to, and they are validated again when they are read: a kept
 * snapshot is no better than one from the database.
 */
export const snapshotCodec: ValueCodec<Snapshot> = {
  schema: 1,
  encode: (snapshot) => ({ asOf: snapshot.asOf, ...rowsOf(snapshot) }) satisfies StoredSnapshot,
  decode: (json) => {
    const { asOf, ...stored } = json as StoredSnapshot;
    const rows = { ...stored, judges: stored.judges.map(withWaiver) };
    const faults = validateConfig(rows);
    if (faults.length > 0) throw new ConfigInvalidError('configuration that was kept', faults);
    return buildSnapshot(rows, Object.freeze(asOf));
  },
};

/** What was kept before panels had a waiver had none. */
function withWaiver(row: JudgeRow): JudgeRow {
  return { ...row, independenceWaiver: row.independenceWaiver ?? null };
}
