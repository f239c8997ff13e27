import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { NotPrimaryError } from './not-primary.error.js';
import { StreamReader } from './stream-reader.js';

const never = new AbortController().signal;

/** The numbers that writers keep equal to the version, wherever they stand. */
const columns = {
  model: `SELECT max_context_tokens FROM lastgood.models WHERE id = 'a/writer'`,
  phase: `SELECT max_tokens FROM lastgood.phase_configs WHERE phase = 'global_default' AND context_tier = 'standard'`,
};

describe('StreamReader', () => {
  let database: ConfigDatabase;
  let pool: StatementPool;
  let reader: StreamReader;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
    pool = new StatementPool({ url: database.url, timeoutMs: 2_000, maxConnections: 4 });
    reader = new StreamReader(pool);
  });
  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  it('gives rows with the point in history they belong to, frozen (CO-4)', async () => {
    const counter = await database.counter();
    const { asOf, trimmedTo, rows } = await reader.read<{ words: string[] }>(
      'config',
      { words: `SELECT json_agg(word) FROM unnest($2::text[]) AS word` },
      [['one', 'two']],
      never,
    );
    expect([asOf, trimmedTo, rows]).toEqual([counter, 0, { words: ['one', 'two'] }]);
    expect(Object.isFrozen(asOf)).toBe(true);
  });

  it('never gives rows of another version than it says, however many write meanwhile (CO-4)', async () => {
    const enough = new AbortController();
    const write = async (at: number) => {
      const session = await database.session();
      for (let n = 1; !enough.signal.aborted; n++) {
        await session.query('BEGIN');
        // What is rolled back, or overwritten before the commit, must not be seen either.
        await session.query(`UPDATE lastgood.models SET max_context_tokens = 999999, display_name = '${at}-${n}'
          WHERE id = 'a/writer'`);
        const counter = `(SELECT version FROM lastgood.change_counter WHERE stream = 'config')`;
        await session.query(
          `UPDATE lastgood.models SET max_context_tokens = ${counter} WHERE id = 'a/writer'`,
        );
        await session.query(`UPDATE lastgood.phase_configs SET max_tokens = ${counter}
          WHERE phase = 'global_default' AND context_tier = 'standard'`);
        await session.query(n % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
      }
    };
    const before = (await database.counter()).version;
    const writing = Promise.all([1, 2, 3].map(write));
    await pollUntil(async () => (await database.counter()).version > before, 'the first write is committed');

    const seen = new Set<number>();
    const load = async () => {
      for (let n = 0; n < 150; n++) {
        const { asOf, rows } = await reader.read<Record<string, number>>('config', columns, [], never);
        expect(rows).toEqual({ model: asOf.version, phase: asOf.version });
        seen.add(asOf.version);
      }
    };
    await Promise.all([load(), load(), load()]).finally(() => enough.abort());
    await writing;
    expect(seen.size).toBeGreaterThan(10);
  });

  it('refuses rows of a transaction that has written: they may be rolled back (CO-5)', async () => {
    const session = await database.session();
    const inside = new StreamReader({
      rows: async (statement: string, parameters: unknown[]) =>
        (await session.query(statement, parameters)).rows,
    } as unknown as StatementPool);
    const read = () => inside.read('config', columns, [], never);
    await session.query('BEGIN');
    await expect(read()).resolves.toMatchObject({ rows: { model: expect.any(Number) } });
    await session.query(`UPDATE lastgood.models SET display_name = 'never' WHERE id = 'a/writer'`);
    await expect(read()).rejects.toThrow(NotPrimaryError);
    await expect(read()).rejects.toThrow('the transaction has written: its rows may be rolled back');
    await session.query('ROLLBACK');
    await expect(read()).resolves.toBeDefined();
  });

  it('refuses rows of a standby, which may lag (CO-5)', async () => {
    await database.sql(`CREATE SCHEMA standby;
      CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
    const url = `${database.url}?options=${encodeURIComponent('-c search_path=standby,pg_catalog')}`;
    const standby = new StatementPool({ url, timeoutMs: 1_000, maxConnections: 1 });
    const refused = new StreamReader(standby).read('config', columns, [], never);
    await expect(refused).rejects.toMatchObject({ code: 'not-primary', retryable: true });
    await standby.close();
  });

  it('says so when the database does not have the stream', async () => {
    const refused = reader.read('nothing', columns, [], never);
    await expect(refused).rejects.toThrow('The database has no change counter for the stream "nothing"');
  });

  it('waits for no writer, whatever locks it holds', async () => {
    const { version } = await database.counter();
    const session = await database.session();
    await session.query('BEGIN');
    await session.query(`UPDATE lastgood.models SET display_name = 'not yet'`);
    await session.query(`SELECT 1 FROM lastgood.change_counter FOR UPDATE`);
    expect((await reader.read('config', columns, [], never)).asOf.version).toBe(version);
    await session.query('ROLLBACK');
  });

  it('gives up what is abandoned', async () => {
    const controller = new AbortController();
    const abandoned = reader.read('config', { nap: 'SELECT 1 FROM pg_sleep(1)' }, [], controller.signal);
    const napping = async () =>
      (
        await database.sql(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
        )
      ).length > 0;
    void pollUntil(napping, 'it naps').then(() => controller.abort(new Error('nobody waits')));
    await expect(abandoned).rejects.toThrow('nobody waits');
  });
});
