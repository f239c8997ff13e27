import type { QueryResultRow } from 'pg';

/** Whatever plain SQL can be run on. */
interface Database {
  sql<R extends QueryResultRow>(statement: string, parameters?: unknown[]): Promise<R[]>;
}

export interface TemplateRow {
  readonly node: string;
  readonly language?: string;
  readonly version?: number;
  readonly system?: string | null;
  readonly body?: string;
  readonly dynamic?: readonly string[];
  readonly ttlSeconds?: number;
  readonly allowStale?: boolean;
  /** Default: `production`. */
  readonly labels?: readonly string[];
}

/** A version of a template, and its labels, which move where they are. */
export async function putTemplate(database: Database, row: TemplateRow): Promise<void> {
  const { node, language = 'any', version = 1, system = null, body = 'Hello, {{ name }}!' } = row;
  const { dynamic = ['name'], ttlSeconds = 3_600, allowStale = false, labels = ['production'] } = row;
  await database.sql(
    `INSERT INTO lastgood.prompt_templates
      (node_name, language, version, system, body, required_dynamic_placeholders, cache_ttl_s, allow_stale)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [node, language, version, system, body, dynamic, ttlSeconds, allowStale],
  );
  for (const label of labels) await putLabel(database, { node, language, label, version });
}

export async function putLabel(
  database: Database,
  {
    node,
    language = 'any',
    label,
    version,
  }: { node: string; language?: string; label: string; version: number },
): Promise<void> {
  await database.sql(
    `INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (node_name, language, label)
       DO UPDATE SET previous_version = prompt_labels.version, version = excluded.version`,
    [node, language, label, version],
  );
}

/** Settings of a person, beside those that there are. */
export async function putSettings(
  database: Database,
  userId: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const [names, values] = [Object.keys(settings), Object.values(settings)];
  await database.sql(
    `INSERT INTO lastgood.placeholders (name, description) SELECT name, 'of a test' FROM unnest($1::text[]) AS n(name)
     ON CONFLICT DO NOTHING`,
    [names],
  );
  await database.sql(
    `INSERT INTO lastgood.user_placeholder_settings (user_id, placeholder, value)
     SELECT $1, name, value FROM unnest($2::text[], $3::text[]) AS s(name, value)
     ON CONFLICT (user_id, placeholder) DO UPDATE SET value = excluded.value`,
    [userId, names, values],
  );
}

export const markRemoved = (database: Database, node: string) =>
  database.sql(
    `UPDATE lastgood.prompt_templates SET status = 'removed' WHERE node_name = $1 AND status = 'active'`,
    [node],
  );
