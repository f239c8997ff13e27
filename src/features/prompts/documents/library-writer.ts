import type { PromptWriter } from '../publishing/prompt-writer.js';
import { libraryTableNames, libraryTables, selectAll, type LibraryRows } from './library-rows.js';

export interface ImportedChange {
  /** As in `placeholders[style]`, `prompts[generating_content/any]@production`. */
  readonly subject: string;
  readonly kind: 'added' | 'changed';
}

type Row = Readonly<Record<string, string>>;

const nameRow = (table: keyof LibraryRows, row: Row): string =>
  `${table}[${libraryTables[table].key.map((column) => row[column]).join('/')}]`;

const isSame = (one: Row, other: Row): boolean => Object.keys(one).every((name) => one[name] === other[name]);

export async function readLibrary(writer: PromptWriter): Promise<LibraryRows> {
  const columns = libraryTableNames.map((table) => `(${selectAll(table)}) AS ${table}`);
  const [rows] = await writer.rows<LibraryRows>(`SELECT ${columns.join(', ')}`, []);
  return rows!;
}

/** Puts in the rows that are not there, or say something else; none is taken away. */
export async function writeLibrary(
  writer: PromptWriter,
  standing: LibraryRows,
  wanted: LibraryRows,
): Promise<ImportedChange[]> {
  const changes: ImportedChange[] = [];
  for (const table of libraryTableNames) {
    const before = new Map((standing[table] as readonly Row[]).map((row) => [nameRow(table, row), row]));
    const differing = (wanted[table] as readonly Row[]).filter((row) => {
      const found = before.get(nameRow(table, row));
      return found === undefined || !isSame(row, found);
    });
    if (differing.length === 0) continue;
    const { key, settings } = libraryTables[table];
    const columns = [...key, ...settings].join(', ');
    await writer.rows(
      `INSERT INTO lastgood.${table} (${columns})
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::lastgood.${table}, $1::jsonb)
       ON CONFLICT (${key.join(', ')})
       DO UPDATE SET ${settings.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}`,
      [JSON.stringify(differing)],
    );
    for (const row of differing) {
      const subject = nameRow(table, row);
      changes.push({ subject, kind: before.has(subject) ? 'changed' : 'added' });
    }
  }
  return changes;
}
