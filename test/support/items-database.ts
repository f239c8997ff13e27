import { Client, type QueryResultRow } from 'pg';
import { migrate } from '../../src/platform/database/migrate.js';
import { createTestDatabase } from './test-database.js';

/** Under the counting triggers; and, beside them, which version said what of which key. */
const schema = `
CREATE SCHEMA rehearsal;
CREATE TABLE rehearsal.items (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE rehearsal.history (key text NOT NULL, version bigint NOT NULL, value text);
SELECT lastgood.count_changes('rehearsal.items', 'catalog', $$ 'item:' || r.key $$);
CREATE FUNCTION rehearsal.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO rehearsal.history SELECT r.key, c.version, %s
    FROM %s r, lastgood.change_counter c WHERE c.stream = ''catalog''',
    CASE TG_OP WHEN 'DELETE' THEN 'NULL' ELSE 'r.value' END,
    CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END);
  RETURN NULL;
END $$;
CREATE TRIGGER zz_note_insert AFTER INSERT ON rehearsal.items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rehearsal.note();
CREATE TRIGGER zz_note_update AFTER UPDATE ON rehearsal.items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rehearsal.note();
CREATE TRIGGER zz_note_delete AFTER DELETE ON rehearsal.items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rehearsal.note();`;

/** A database with the items of the rehearsal application, and a session past every proxy. */
export class ItemsDatabase {
  private constructor(
    readonly url: string,
    private readonly psql: Client,
    private readonly drop: () => Promise<void>,
  ) {}

  /** Another session in the same database, which stays. */
  async another(): Promise<ItemsDatabase> {
    return new ItemsDatabase(this.url, await connect(this.url), async () => undefined);
  }

  static async create(): Promise<ItemsDatabase> {
    const made = await createTestDatabase();
    await migrate(made.url);
    const psql = await connect(made.url);
    await psql.query(schema);
    return new ItemsDatabase(made.url, psql, () => made.drop());
  }

  async sql<R extends QueryResultRow>(statement: string, parameters?: unknown[]): Promise<R[]> {
    return (await this.psql.query<R>(statement, parameters)).rows;
  }

  /** Keys `<prefix>:0` and on, in one change. */
  async fill(prefix: string, count: number, text = 'first'): Promise<string[]> {
    await this.sql(
      `INSERT INTO rehearsal.items (key, value) SELECT $1 || ':' || n, $3 FROM generate_series(0, $2 - 1) n
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [prefix, count, text],
    );
    return Array.from({ length: count }, (_, n) => `${prefix}:${n}`);
  }

  /** Writes as somebody with psql would; answers the version. */
  async edit(key: string, text: string | null): Promise<number> {
    await this.sql('BEGIN');
    if (text === null) await this.sql('DELETE FROM rehearsal.items WHERE key = $1', [key]);
    else
      await this.sql(
        `INSERT INTO rehearsal.items VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [key, text],
      );
    const version = await this.version();
    await this.sql('COMMIT');
    return version;
  }

  async version(): Promise<number> {
    const [row] = await this.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'catalog'`,
    );
    return row!.version;
  }

  async dispose(): Promise<void> {
    await this.psql.end();
    await this.drop();
  }
}

async function connect(url: string): Promise<Client> {
  const psql = new Client({ connectionString: url });
  psql.on('error', () => undefined);
  await psql.connect();
  return psql;
}
