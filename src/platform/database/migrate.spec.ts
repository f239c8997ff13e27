import { Client } from 'pg';
import { migrations } from '../../../migrations/index.js';
import { ConfigDatabase, insertPhase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { keepSessions } from '../../../test/support/keep-sessions.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { migrate, revertMigration, showMigrations } from './migrate.js';

const names = migrations.map(({ name }) => name);
const advisoryLock = 7_316_442_019;

/** Everything of the schema that a migration could leave behind or forget. */
const inventory = `
SELECT 'class' AS kind, relkind::text || ' ' || relname AS name FROM pg_class WHERE relnamespace = 'lastgood'::regnamespace
UNION ALL SELECT 'function', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'lastgood'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'lastgood'::regnamespace
ORDER BY 1, 2`;

describe('migrate', () => {
  let database: TestDatabase;
  let client: Client;
  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  /** Without a snapshot, which would hold up whoever builds an index meanwhile. */
  const asksForLock = async () => {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lastgood-migrate'
         AND query ~ 'pg_try_advisory_xact_lock' AND state = 'idle in transaction' AND backend_xmin IS NULL`,
    );
    return rows.length === 1;
  };
  const inSchema = async () => (await client.query(inventory)).rows;

  it('applies every migration, oldest first, and none of them twice', async () => {
    expect(await migrate(database.url)).toEqual(names);
    expect(await migrate(database.url)).toEqual([]);
    expect(await showMigrations(database.url)).toEqual(names.map((name) => ({ name, applied: true })));
  });

  it('applies once when many processes start at the same moment', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
    expect(applied.flat()).toEqual(names);
    const { rows } = await client.query('SELECT name FROM lastgood.migrations ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  it('waits for whoever migrates already, and holds no snapshot meanwhile', async () => {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    const migrating = migrate(database.url);
    await pollUntil(asksForLock, 'the second one asks for the lock');
    expect((await client.query(`SELECT to_regclass('lastgood.models') AS models`)).rows).toEqual([
      { models: null },
    ]);
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLock]);
    expect(await migrating).toEqual(names);
  });

  it('takes every migration back, newest first, leaves nothing behind, and can begin again', async () => {
    await migrate(database.url);
    const before = await inSchema();
    for (const name of names.toReversed()) expect(await revertMigration(database.url)).toBe(name);
    expect(await revertMigration(database.url)).toBeNull();
    expect(await showMigrations(database.url)).toEqual(names.map((name) => ({ name, applied: false })));
    const left = (await inSchema()).filter(({ name }) => !/\bmigrations|PK_/.test(name));
    expect(left).toEqual([]);
    expect(await migrate(database.url)).toEqual(names);
    expect(await inSchema()).toEqual(before);
  });

  /** Takes migrations back, newest first, this one the last. */
  const revertThrough = async (prefix: string, url: string) => {
    for (const name of names.slice(names.findIndex((each) => each.startsWith(prefix))).toReversed())
      expect(await revertMigration(url)).toBe(name);
  };

  it('begins a new lineage when it begins again (CO-10)', async () => {
    await migrate(database.url);
    const epoch = async () =>
      (await client.query(`SELECT epoch FROM lastgood.change_counter WHERE stream = 'config'`)).rows[0].epoch;
    const first = await epoch();
    await revertThrough('ModelConfig', database.url);
    await migrate(database.url);
    expect(await epoch()).not.toBe(first);
  });

  it('takes back a configuration that holds rows', async () => {
    const filled = await ConfigDatabase.create();
    await filled.sql(insertPhase('p', 'c1'));
    await revertThrough('ModelConfig', filled.url);
    expect(await filled.sql(`SELECT 1 FROM lastgood.change_log`)).toEqual([]);
    await filled.drop();
  });

  it('leaves what else the database holds alone', async () => {
    await client.query('CREATE TABLE public.models (id int); CREATE TABLE public.migrations (id int)');
    await migrate(database.url);
    const { rows } = await client.query(`SELECT count(*)::int AS rows FROM public.migrations`);
    expect(rows).toEqual([{ rows: 0 }]);
  });

  it('leaves no session behind, and no lock', async () => {
    await migrate(database.url);
    const sessions = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'lastgood-migrate'`;
    await pollUntil(async () => (await client.query(sessions)).rows.length === 0, 'its sessions are gone');
    expect((await client.query('SELECT pg_try_advisory_lock($1) AS free', [advisoryLock])).rows).toEqual([
      { free: true },
    ]);
  });

  it('leaves no lock on a session that a pooler keeps for the next client', async () => {
    const pooler = await keepSessions(database.url);
    await migrate(pooler.url);
    const locks = `SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE locktype = 'advisory' AND datname = current_database()`;
    expect((await client.query(locks)).rows).toEqual([]);
    expect(pooler.sessions()).toBeGreaterThan(0);
    await pooler.close();
  });

  it('rejects when the database is not there', async () => {
    const { proxy, proxied } = await throughProxy(database.url);
    await proxy.mode('reset');
    await expect(migrate(proxied)).rejects.toThrow(/ECONNRESET|Connection terminated unexpectedly/);
    await proxy.close();
  });

  it('does not wait for ever for an answer that the network swallowed', async () => {
    const { proxy, proxied } = await throughProxy(database.url);
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    let outcome = 'none';
    void migrate(proxied).then(
      () => (outcome = 'migrated'),
      (error: Error) => (outcome = error.message),
    );
    await pollUntil(asksForLock, 'it asks for the lock');
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    const aMinute = async () => {
      await jest.advanceTimersByTimeAsync(60_000);
      return outcome !== 'none';
    };
    try {
      await proxy.mode('black-hole');
      await pollUntil(aMinute, 'it gives up', () => outcome, 5_000);
    } finally {
      jest.useRealTimers();
      await proxy.close();
    }
    expect(outcome).toMatch(/timeout|terminated/);
  });
});
