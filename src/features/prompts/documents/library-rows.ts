import type { PromptDocument } from './prompt-document.js';

/** What people may set, and profiles: rows by table, with the names of their columns. */
export interface LibraryRows {
  readonly placeholders: readonly { readonly name: string; readonly description: string }[];
  readonly placeholder_values: readonly {
    readonly placeholder: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly profiles: readonly {
    readonly name: string;
    readonly category: 'style' | 'subject';
    readonly description: string;
  }[];
  readonly profile_values: readonly {
    readonly profile: string;
    readonly placeholder: string;
    readonly value_name: string;
  }[];
}

/** Tables in an order in which rows may be put in: which columns name a row, and which say something of it. */
export const libraryTables = {
  placeholders: { key: ['name'], settings: ['description'] },
  placeholder_values: { key: ['placeholder', 'name'], settings: ['value'] },
  profiles: { key: ['name'], settings: ['category', 'description'] },
  profile_values: { key: ['profile', 'placeholder'], settings: ['value_name'] },
} as const satisfies Record<keyof LibraryRows, { key: readonly string[]; settings: readonly string[] }>;

export const libraryTableNames = Object.keys(libraryTables) as (keyof LibraryRows)[];

/** A scalar SQL subselect of all rows of a table, in order. */
export const selectAll = (table: keyof LibraryRows): string => {
  const { key, settings } = libraryTables[table];
  return `SELECT coalesce(json_agg(r), '[]') FROM (
    SELECT ${[...key, ...settings].join(', ')} FROM lastgood.${table} ORDER BY ${key.join(', ')}) r`;
};

export function toLibraryRows({
  placeholders,
  profiles,
}: Pick<PromptDocument, 'placeholders' | 'profiles'>): LibraryRows {
  const named = Object.entries(placeholders);
  const grouped = Object.entries(profiles);
  return {
    placeholders: named.map(([name, { description }]) => ({ name, description })),
    placeholder_values: named.flatMap(([placeholder, { values }]) =>
      Object.entries(values).map(([name, value]) => ({ placeholder, name, value })),
    ),
    profiles: grouped.map(([name, { category, description }]) => ({ name, category, description })),
    profile_values: grouped.flatMap(([profile, { values }]) =>
      Object.entries(values).map(([placeholder, name]) => ({ profile, placeholder, value_name: name })),
    ),
  };
}

/** The way back. */
export function fromLibraryRows(rows: LibraryRows): Pick<PromptDocument, 'placeholders' | 'profiles'> {
  const placeholders: PromptDocument['placeholders'] = {};
  for (const { name, description } of rows.placeholders) placeholders[name] = { description, values: {} };
  for (const { placeholder, name, value } of rows.placeholder_values)
    placeholders[placeholder]!.values[name] = value;
  const profiles: PromptDocument['profiles'] = {};
  for (const { name, category, description } of rows.profiles)
    profiles[name] = { category, description, values: {} };
  for (const row of rows.profile_values) profiles[row.profile]!.values[row.placeholder] = row.value_name;
  return { placeholders, profiles };
}
