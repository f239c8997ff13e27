import { nameJudge, nameModel, namePhase, nameReserve } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';
import { withoutFacts } from '../rows/row-facts.js';

/** What happens to one row. */
export interface RowChange {
  /** As in `phases[stage_4/any/standard]`. */
  readonly row: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Settings that differ, by name. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

export interface ConfigDiff {
  readonly changes: readonly RowChange[];
  /** The proposed rows that are new or differ: all that has to be written. */
  readonly rows: ProposedConfig;
  /** The names of rows that go, by kind. */
  readonly removed: Readonly<Record<keyof ProposedConfig, readonly string[]>>;
  /** What stands after the change. */
  readonly merged: ProposedConfig;
}

/**
 * Pure: what it takes to bring `current` to hold the rows of `put` and none of those named in `remove`; all others
 * stay as they are. A row that is put and named stays.
 */
export function diffConfig(
  current: ProposedConfig,
  put: Partial<ProposedConfig>,
  remove: ReadonlySet<string> = nothing,
): ConfigDiff {
  const models = diffRows(current.models, put.models ?? [], remove, ({ id }) => nameModel(id));
  const phases = diffRows(current.phases, put.phases ?? [], remove, namePhase);
  const judges = diffRows(current.judges, put.judges ?? [], remove, nameJudge);
  const reserves = diffRows(current.reserves, put.reserves ?? [], remove, ({ language }) =>
    nameReserve(language),
  );
  const each = <K extends 'rows' | 'merged' | 'removed'>(part: K) => ({
    models: models[part],
    phases: phases[part],
    judges: judges[part],
    reserves: reserves[part],
  });
  return {
    changes: [...models.changes, ...phases.changes, ...judges.changes, ...reserves.changes],
    rows: each('rows') as ProposedConfig,
    removed: each('removed') as ConfigDiff['removed'],
    merged: each('merged') as ProposedConfig,
  };
}

const nothing: ReadonlySet<string> = new Set();

function diffRows<R extends object>(
  current: readonly R[],
  put: readonly R[],
  remove: ReadonlySet<string>,
  nameOf: (row: R) => string,
) {
  const standing = new Map(current.map((row) => [nameOf(row), row]));
  const changes: RowChange[] = [];
  const rows: R[] = [];
  for (const row of put) {
    const name = nameOf(row);
    const before = standing.get(name);
    const fields = diffFields(before, row);
    if (before !== undefined && Object.keys(fields).length === 0) continue;
    changes.push({ row: name, kind: before === undefined ? 'added' : 'changed', fields });
    rows.push(row);
  }
  // Not through a map: two proposed rows of one key must both reach the validation that refuses them.
  const replaced = new Set(put.map(nameOf));
  const removed = [...standing.keys()].filter((name) => remove.has(name) && !replaced.has(name));
  for (const name of removed) {
    changes.push({ row: name, kind: 'removed', fields: lostFields(withoutFacts(standing.get(name)!)) });
  }
  const gone = new Set(removed);
  const kept = current.filter((row) => !replaced.has(nameOf(row)) && !gone.has(nameOf(row)));
  return { changes, rows, removed, merged: [...kept, ...put] };
}

function diffFields(before: object | undefined, after: object): RowChange['fields'] {
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => old[field] !== value)
      .map(([field, value]) => [field, { before: old[field] ?? null, after: value as unknown }]),
  );
}

function lostFields(row: object): RowChange['fields'] {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [field, { before: value as unknown, after: null }]),
  );
}
