import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import { epochSql } from '../../src/adapters/postgres/epoch-sql.js';
import { createTestDatabase } from './test-database.js';

export interface Counter extends QueryResultRow {
  /** The lineage, server included. */
  readonly epoch: string;
  readonly version: number;
  readonly changeId: string;
}

export interface Logged extends QueryResultRow {
  readonly version: number;
  readonly scope: string;
  readonly kind: string;
}

/** The smallest configuration that breaks no rule. */
export const seed = `
INSERT INTO lastgood.models (id, display_name, family, max_context_tokens, input_usd_per_mtok, output_usd_per_mtok)
SELECT id, id, split_part(id, '/', 1), 100000, 0, 0
FROM unnest(ARRAY['a/writer', 'b/writer', 'c/judge', 'd/judge', 'e/judge']) AS m(id);
INSERT INTO lastgood.phase_configs
  (phase, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries)
VALUES ('global_default', 'any', 'standard', 'a/writer', 0, 4096, 50000, 0),
  ('global_default', 'any', 'extended', 'b/writer', 0.7, 8192, 100000, 1);
INSERT INTO lastgood.judge_configs (language, role, model_id, weight, temperature, max_tokens, display_name)
VALUES ('any', 'primary', 'c/judge', 0.75, 0, 2048, 'c'), ('any', 'secondary', 'd/judge', 0.5, 0.3, 2048, 'd'),
  ('any', 'tiebreaker', 'e/judge', 0.25, 0.3, 2048, 'e');
INSERT INTO lastgood.context_reserves (language, reserve_percent) VALUES ('any', 0.2)`;

/** A phase row in SQL, without its RETURNING or ON CONFLICT. */
export const insertPhase = (phase: string, courseId: string | null = null, temperature = 0): string => `
INSERT INTO lastgood.phase_configs
  (phase, course_id, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries)
VALUES ('${phase}', ${courseId === null ? 'NULL' : `'${courseId}'`}, 'any', 'standard', 'a/writer', ${temperature},
  4096, 50000, 0)`;

/** A database of the caller's own, with the sessions that are opened on it. */
export class ConfigDatabase {
  private readonly sessions = new Set<Client>();
  private readonly plain: Client;

  private constructor(
    readonly url: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    this.plain = new Client({ connectionString: url });
    this.plain.on('error', () => undefined);
  }

  static async create({ seeded = true }: { seeded?: boolean } = {}): Promise<ConfigDatabase> {
    const database = await ConfigDatabase.bare();
    const { migrate } = await import('../../src/platform/database/migrate.js');
    await migrate(database.url);
    if (seeded) await database.plain.query(seed);
    return database;
  }

  /** Without our schema, for whom any database will do. */
  static async bare(): Promise<ConfigDatabase> {
    const made = await createTestDatabase();
    const database = new ConfigDatabase(made.url, () => made.drop());
    await database.plain.connect();
    return database;
  }

  /** Another session, as a second psql would be. */
  async session(config: ClientConfig = {}): Promise<Client> {
    const client = new Client({ connectionString: this.url, ...config });
    client.on('error', () => undefined);
    await client.connect();
    this.sessions.add(client);
    return client;
  }

  async sql<R extends QueryResultRow>(statement: string, parameters?: unknown[]): Promise<R[]> {
    return (await this.plain.query<R>(statement, parameters)).rows;
  }

  async counter(stream = 'config'): Promise<Counter> {
    const [row] = await this.sql<Counter>(
      `SELECT ${epochSql} AS epoch, version::float8 AS version, change_id AS "changeId"
       FROM lastgood.change_counter c WHERE stream = $1`,
      [stream],
    );
    return row!;
  }

  /** What the log holds beyond a version. */
  logSince(version: number, stream = 'config'): Promise<Logged[]> {
    return this.sql<Logged>(
      `SELECT version::float8 AS version, scope, kind FROM lastgood.change_log
       WHERE stream = $1 AND version > $2 ORDER BY version, scope`,
      [stream, version],
    );
  }

  /** Does something; tells by how much the counter was raised, and the scopes that were logged. */
  async changes(work: () => Promise<unknown>): Promise<{ raised: number; scopes: string[] }> {
    const before = await this.counter();
    await work();
    const after = await this.counter();
    const logged = await this.logSince(before.version);
    return { raised: after.version - before.version, scopes: logged.map(({ scope }) => scope) };
  }

  /** Sessions of this database that wait for a lock. */
  async waiting(): Promise<number> {
    const rows = await this.sql(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length;
  }

  async drop(): Promise<void> {
    await Promise.all([this.plain, ...this.sessions].map((client) => client.end().catch(() => undefined)));
    await this.dropDatabase();
  }
}

/** The error that something is refused with. */
export function refusalOf(work: Promise<unknown>): Promise<{ code?: string; message: string }> {
  return work.then(
    () => Promise.reject(new Error('It was not refused')),
    (error: Error) => error,
  );
}
