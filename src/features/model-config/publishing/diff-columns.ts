import type { RowChange } from './diff-config.js';

/** A row as the database recorded it, by column. */
export type Columns = Readonly<Record<string, unknown>>;

/** What a row carries besides its settings; `id` is a phase row's number, and named already for a model. */
const bookkeeping = new Set(['id', 'version', 'created_at', 'updated_at', 'updated_by']);

/** Pure: a recorded change in the names that people know. */
export function diffColumns(row: string, before: Columns | null, after: Columns | null): RowChange {
  const names = Object.keys(after ?? before ?? {}).filter((name) => !bookkeeping.has(name));
  const fields = names
    .map(
      (name) =>
        [inCamelCase(name), { before: before?.[name] ?? null, after: after?.[name] ?? null }] as const,
    )
    .filter(([, values]) => before === null || after === null || values.before !== values.after);
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return { row, kind, fields: Object.fromEntries(fields) };
}

const inCamelCase = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
