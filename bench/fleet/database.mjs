// One embedded Postgres with the sample configuration and a key, and our own way to it, past every process.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { root, spawnBuilt } from './spawn-built.mjs';
import { until } from './until.mjs';

/** Those of all courses, of any language and the standard tier: what a read without parameters answers. */
export const rows = ['stage_2', 'stage_3', 'stage_4', 'stage_5', 'stage_6', 'stage_6_planner'];
const plain = `course_id IS NULL AND language = 'any' AND context_tier = 'standard'`;

export class Database {
  /** When a change was first heard of, by version: the moment of its commit, give or take the loopback. */
  heardAt = new Map();
  url = '';
  #starting;
  #client;

  async open(folder) {
    this.#starting = startPostgres(join(folder, 'database'));
    ({ url: this.url } = await this.#starting);
    await this.#prepare(join(folder, 'cli'));
  }

  async #prepare(folder) {
    mkdirSync(folder);
    const settings = { DATA_DIR: folder, DATABASE_URL: this.url, LOG_LEVEL: 'silent' };
    await cli(settings, 'migrate', 'run');
    await cli(
      settings,
      'config',
      'import',
      join(root, 'sample', 'model-config.yaml'),
      '--yes',
      '--reason',
      'sample',
    );
    const printed = await cli(settings, 'keys', 'create', 'fleet', '--role', 'admin');
    this.headers = { authorization: `Bearer ${/lg_\S+/.exec(printed)[0]}` };
    this.#client = new Client({ connectionString: this.url, application_name: 'fleet-bench' });
    await this.#client.connect();
    this.#client.on('notification', ({ payload }) => {
      if (!this.heardAt.has(Number(payload))) this.heardAt.set(Number(payload), performance.now());
    });
    await this.#client.query('LISTEN lastgood_config');
  }

  /** As psql would: an UPDATE, and what it was counted as, in one transaction. */
  async update(row, value) {
    const [updated, counted] = await this.#client.query(
      `UPDATE lastgood.phase_configs SET max_tokens = ${value} WHERE phase = '${row}' AND ${plain}
         RETURNING version::float8 AS "rowVersion";
       SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'config'`,
    );
    return { ...updated.rows[0], ...counted.rows[0] };
  }

  async version() {
    const { rows: found } = await this.#client.query(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'config'`,
    );
    return found[0].version;
  }

  /** row → { value, rowVersion } */
  async state() {
    const { rows: found } = await this.#client.query(
      `SELECT phase, max_tokens AS value, version::float8 AS "rowVersion" FROM lastgood.phase_configs
       WHERE phase = ANY ($1) AND ${plain}`,
      [rows],
    );
    return Object.fromEntries(found.map(({ phase, ...state }) => [phase, state]));
  }

  /** How many processes hear of changes. */
  async listeners() {
    const listening = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'lastgood-listen' AND state = 'idle'`;
    return (await this.#client.query(listening)).rowCount;
  }

  /** What a killed process had under way is committed or rolled back. */
  async writersAreDone() {
    const busy = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'lastgood-write' AND state <> 'idle'`;
    await until(async () => (await this.#client.query(busy)).rowCount === 0, 'no write is under way');
  }

  /** Ends a session in the middle of a write, as a restart of the server or a fail-over would; tells how many it found. */
  async severWriter() {
    const sever = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'lastgood-write' AND state <> 'idle' LIMIT 1`;
    return (await this.#client.query(sever)).rowCount;
  }

  /** Also while it opens. */
  async close() {
    await this.#client?.end().catch(() => undefined);
    const postgres = await this.#starting?.catch(() => null);
    await postgres?.stop();
  }
}

async function startPostgres(dataDir) {
  const adapter = '../../dist/src/adapters/embedded-postgres/embedded-postgres.js';
  const { EmbeddedPostgres } = await import(adapter);
  return EmbeddedPostgres.start({ dataDir });
}

export async function cli(settings, ...args) {
  const child = spawnBuilt(join('cli', 'main.js'), args, settings);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`lastgood ${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}
