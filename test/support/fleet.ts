import { Client, type QueryResultRow } from 'pg';
import { migrate } from '../../src/platform/database/migrate.js';
import { createApiKey } from '../../src/platform/security/api-key.js';
import { roles, type Role } from '../../src/platform/security/index.js';
import { seed } from './config-database.js';
import { FleetNode } from './fleet-node.js';
import { createTestDatabase } from './test-database.js';

export interface FleetOptions {
  /** Default: 1 process. */
  readonly size?: number;
  /** The server to make the database on. Default: the run's Postgres. */
  readonly server?: string;
  /** A database that is there already, empty; it stays. */
  readonly url?: string;
  /** Settings of the process at this place. */
  readonly env?: (at: number) => Readonly<Record<string, string>>;
}

/** Runs one statement on a connection of its own. */
export async function sqlOn<R extends QueryResultRow>(
  url: string,
  statement: string,
  parameters: unknown[] = [],
): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(statement, parameters)).rows;
  } finally {
    await client.end();
  }
}

/** Real server processes on one database with the smallest configuration. */
export class Fleet {
  private constructor(
    readonly nodes: readonly FleetNode[],
    /** Past the proxies. */
    readonly url: string,
    readonly keys: Record<Role, string>,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start({ size = 1, server, url, env }: FleetOptions = {}): Promise<Fleet> {
    const made = url === undefined ? await createTestDatabase(server) : { url, drop: async () => undefined };
    await migrate(made.url);
    await sqlOn(made.url, seed);
    const keys = await makeKeys(made.url);
    const starting = Array.from({ length: size }, (_, at) => FleetNode.start(made.url, keys, env?.(at)));
    return new Fleet(await Promise.all(starting), made.url, keys, () => made.drop());
  }

  /** The first process. */
  get node(): FleetNode {
    return this.nodes[0]!;
  }

  sql<R extends QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<R[]> {
    return sqlOn<R>(this.url, statement, parameters);
  }

  /** Changes the value that is read, as somebody with psql would. */
  async edit(maxTokens: number, url = this.url): Promise<void> {
    await sqlOn(
      url,
      `UPDATE lastgood.phase_configs SET max_tokens = $1 WHERE phase = 'global_default' AND context_tier = 'standard'`,
      [maxTokens],
    );
  }

  /** The version of the configuration in the database. */
  async version(url = this.url): Promise<number> {
    const [row] = await sqlOn<{ version: number }>(
      url,
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'config'`,
    );
    return row!.version;
  }

  /** Ends the sessions of the processes in the database: all, or those of one name (`lastgood-read`). */
  terminate(name = 'lastgood-%'): Promise<{ pid: number }[]> {
    return this.sql<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1
         AND pg_terminate_backend(pid)`,
      [name],
    );
  }

  /** Settles when every process serves this value as fresh. */
  async untilOnTruth(maxTokens: number, withinMs?: number): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.untilOnTruth(maxTokens, withinMs)));
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.dispose()));
    await this.drop();
  }
}

async function makeKeys(url: string): Promise<Record<Role, string>> {
  const made = roles.map((role) => ({ role, ...createApiKey() }));
  for (const { role, prefix, sha256 } of made) {
    await sqlOn(url, 'INSERT INTO lastgood.api_keys (prefix, name, role, sha256) VALUES ($1, $2, $2, $3)', [
      prefix,
      role,
      sha256,
    ]);
  }
  return Object.fromEntries(made.map(({ role, key }) => [role, key])) as Record<Role, string>;
}
