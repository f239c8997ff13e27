import type { ValueCodec } from '../../../core/index.js';
import { buildSnapshot } from '../snapshot/build-snapshot.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';
import { Snapshot, type ConfigRows } from '../snapshot/snapshot.js';

type StoredPinned = ConfigRows & Pick<Snapshot, 'asOf'> & { readonly otherPhases: readonly string[] };

const kinds = ['models', 'phases', 'judges', 'reserves', 'otherPhases'] as const;

/**
 * The form of `snapshotCodec`, with the phases that are only declared. The rules are not asked again: the rows were
 * valid when they were pinned, and a rule that came later must not take them from a job that runs.
 */
export const pinnedSnapshotCodec: ValueCodec<Snapshot> = {
  schema: 1,
  encode: (snapshot) =>
    ({
      asOf: snapshot.asOf,
      ...rowsOf(snapshot),
      otherPhases: [...snapshot.otherPhases],
    }) satisfies StoredPinned,
  decode: (json) => {
    const { asOf, otherPhases, ...rows } = json as StoredPinned;
    for (const kind of kinds) {
      if (!Array.isArray((json as StoredPinned)[kind]))
        throw new TypeError(`A pinned snapshot without ${kind}`);
    }
    const { models, global, courses, panels, reserves } = buildSnapshot(rows, Object.freeze(asOf));
    return new Snapshot(asOf, models, global, courses, panels, reserves, new Set(otherPhases));
  },
};
