import { nameJudge, nameModel, namePhase, nameReserve } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

/** What happens to one row. */
export interface RowChange {
  /** As in `phases[stage_4/any/standard]`. */
  readonly row: string;
  readonly kind: 'added' | 'changed';
  /** Settings that differ, by name. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

export interface ConfigDiff {
  readonly changes: readonly RowChange[];
  /** The proposed rows that are new or differ: all that has to be written. */
  readonly rows: ProposedConfig;
  /** What stands after the change. */
  readonly merged: ProposedConfig;
}

/** Pure: what it takes to bring `current` to hold the rows of `proposed`; rows it does not name stay as they are. */
export function diffConfig(current: ProposedConfig, proposed: Partial<ProposedConfig>): ConfigDiff {
  const models = diffRows(current.models, proposed.models ?? [], ({ id }) => nameModel(id));
  const phases = diffRows(current.phases, proposed.phases ?? [], namePhase);
  const judges = diffRows(current.judges, proposed.judges ?? [], nameJudge);
  const reserves = diffRows(current.reserves, proposed.reserves ?? [], ({ language }) =>
    nameReserve(language),
  );
  return {
    changes: [...models.changes, ...phases.changes, ...judges.changes, ...reserves.changes],
    rows: { models: models.rows, phases: phases.rows, judges: judges.rows, reserves: reserves.rows },
    merged: {
      models: models.merged,
      phases: phases.merged,
      judges: judges.merged,
      reserves: reserves.merged,
    },
  };
}

function diffRows<R extends object>(
  current: readonly R[],
  proposed: readonly R[],
  nameOf: (row: R) => string,
) {
  const standing = new Map(current.map((row) => [nameOf(row), row]));
  const changes: RowChange[] = [];
  const rows: R[] = [];
  for (const row of proposed) {
    const name = nameOf(row);
    const before = standing.get(name);
    const fields = diffFields(before, row);
    if (before !== undefined && Object.keys(fields).length === 0) continue;
    changes.push({ row: name, kind: before === undefined ? 'added' : 'changed', fields });
    rows.push(row);
  }
  // Not through a map: two proposed rows of one key must both reach the validation that refuses them.
  const replaced = new Set(proposed.map(nameOf));
  const merged = [...current.filter((row) => !replaced.has(nameOf(row))), ...proposed];
  return { changes, rows, merged };
}

function diffFields(before: object | undefined, after: object): RowChange['fields'] {
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => old[field] !== value)
      .map(([field, value]) => [field, { before: old[field] ?? null, after: value as unknown }]),
  );
}
