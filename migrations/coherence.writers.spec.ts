import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { ConfigDatabase, insertPhase, refusalOf } from '../test/support/config-database.js';
import { pollUntil } from '../test/support/poll-until.js';

const warm = (temperature: number): string =>
  `UPDATE lastgood.phase_configs SET temperature = ${temperature} WHERE phase = 'global_default'`;
const rename = (name: string): string =>
  `UPDATE lastgood.models SET display_name = '${name}' WHERE id = 'a/writer'`;
const reserve = (percent: number): string =>
  `UPDATE lastgood.context_reserves SET reserve_percent = ${percent}`;
const lockCounter = `SELECT 1 FROM lastgood.change_counter WHERE stream = 'config' FOR NO KEY UPDATE`;

async function run(session: Client, ...statements: string[]): Promise<void> {
  for (const statement of statements) await session.query(statement);
}

describe('writers of counted tables', () => {
  let database: ConfigDatabase;
  let first: Client;
  let second: Client;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
  });
  beforeEach(async () => {
    [first, second] = await Promise.all([database.session(), database.session()]);
    await run(first, warm(0), rename('a'), reserve(0.2));
  });
  afterAll(() => database.drop());

  describe('that take something back (CO-2)', () => {
    it.each<[string, string[], number, string[]]>([
      [
        'a transaction that is rolled back is not counted',
        ['BEGIN', warm(1), reserve(0.5), 'ROLLBACK'],
        0,
        [],
      ],
      [
        'a change in a savepoint that is rolled back is not counted',
        ['BEGIN', 'SAVEPOINT s', warm(1), 'ROLLBACK TO s', 'COMMIT'],
        0,
        [],
      ],
      [
        'a change after a savepoint that was rolled back is counted by itself',
        ['BEGIN', 'SAVEPOINT s', warm(1), 'ROLLBACK TO s', reserve(0.5), 'COMMIT'],
        1,
        ['reserves'],
      ],
      [
        'a change before a savepoint that was rolled back stays counted, once',
        ['BEGIN', reserve(0.5), 'SAVEPOINT s', warm(1), 'ROLLBACK TO s', rename('b'), 'COMMIT'],
        1,
        ['models', 'reserves'],
      ],
      [
        'a savepoint that is kept belongs to its transaction',
        ['BEGIN', 'SAVEPOINT s', warm(1), 'RELEASE s', rename('b'), 'COMMIT'],
        1,
        ['models', 'phases'],
      ],
    ])('%s', async (_, statements, raised, scopes) => {
      expect(await database.changes(() => run(first, ...statements))).toEqual({ raised, scopes });
    });

    it('a statement that fails takes its count with it', async () => {
      const changes = await database.changes(async () => {
        await run(first, 'BEGIN', 'SAVEPOINT s');
        expect((await refusalOf(first.query(warm(3)))).code).toBe('23514');
        await run(first, 'ROLLBACK TO s', 'COMMIT');
      });
      expect(changes).toEqual({ raised: 0, scopes: [] });
    });
  });

  describe('at the same time (CO-2)', () => {
    it('queue at the counter before they touch a row, so that none holds what another needs', async () => {
      const { version } = await database.counter();
      await run(first, 'BEGIN', warm(1));
      const waiting = second.query(rename('b'));
      await pollUntil(async () => (await database.waiting()) === 1, 'the second writer waits');
      await run(first, rename('c'), 'COMMIT');
      await waiting;
      expect((await database.counter()).version).toBe(version + 2);
      const [model] = await database.sql(`SELECT display_name FROM lastgood.models WHERE id = 'a/writer'`);
      expect(model).toEqual({ display_name: 'b' });
    });

    it('never deadlock, whatever order each takes the tables in, and none is lost', async () => {
      const { version } = await database.counter();
      const rounds = 40;
      const psql = async (writer: Client, at: number) => {
        for (let n = 1; n <= rounds; n++) {
          const steps = [warm((at + n) / 100), rename(`${at}-${n}`), reserve((at + n) / 1_000)];
          if (at % 2 === 1) steps.reverse();
          await run(writer, 'BEGIN', ...steps, 'COMMIT');
        }
      };
      const publish = async (writer: Client) => {
        for (let n = 1; n <= rounds; n++) {
          await run(writer, 'BEGIN', lockCounter, `SELECT * FROM lastgood.models`, rename(`p${n}`), 'COMMIT');
        }
      };
      const others = await Promise.all([database.session(), database.session()]);
      await Promise.all([psql(first, 1), psql(second, 2), psql(others[0], 3), publish(others[1])]);
      expect((await database.counter()).version).toBe(version + 4 * rounds);
    });

    it("see each other's version: a repeatable read that came too late has to start anew (CO-3)", async () => {
      await run(first, 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT 1 FROM lastgood.models');
      await run(second, warm(1));
      expect((await refusalOf(first.query(reserve(0.5)))).code).toBe('40001');
      await run(first, 'ROLLBACK');
    });

    it('keep no reader waiting (CO-4)', async () => {
      await run(first, 'BEGIN', warm(1));
      const { rows } = await second.query(
        `SELECT version FROM lastgood.change_counter WHERE stream = 'config'`,
      );
      expect(rows).toHaveLength(1);
      await run(first, 'ROLLBACK');
    });

    it('wait for nobody who writes another stream', async () => {
      await run(first, 'BEGIN', warm(1));
      await run(second, `UPDATE lastgood.api_keys SET name = 'x'`);
      await run(first, 'ROLLBACK');
      expect(await database.waiting()).toBe(0);
    });
  });

  describe('of every kind', () => {
    it('are counted though ordinary triggers are off, as in a replica session (CO-2)', async () => {
      const before = await database.sql(`SELECT version FROM lastgood.context_reserves`);
      const changes = await database.changes(() =>
        run(first, 'SET session_replication_role = replica', reserve(0.6), insertPhase('replica', 'c9')),
      );
      expect(changes).toEqual({ raised: 2, scopes: ['reserves', 'course:c9'] });
      expect(await database.sql(`SELECT version FROM lastgood.context_reserves`)).not.toEqual(before);
      expect((await refusalOf(first.query('TRUNCATE lastgood.context_reserves'))).code).toBe('0A000');
    });

    it('are heard on the channel of the stream, with the version, once for each transaction (CO-3)', async () => {
      const heard: (string | undefined)[] = [];
      second.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
      await run(second, 'LISTEN lastgood_config');
      const { version } = await database.counter();
      await run(first, 'BEGIN', warm(1), 'ROLLBACK');
      await run(first, 'BEGIN', warm(1), rename('b'), reserve(0.5), 'COMMIT');
      await run(first, reserve(0.4));
      await pollUntil(() => heard.length >= 2, 'both are heard');
      expect(heard).toEqual([`lastgood_config ${version + 1}`, `lastgood_config ${version + 2}`]);
    });

    describe('without rights on the counter', () => {
      const role = `psql_${randomBytes(6).toString('hex')}`;
      beforeEach(() => run(first, `SET ROLE ${role}`));
      beforeAll(async () => {
        await database.sql(`CREATE ROLE ${role};
          GRANT USAGE ON SCHEMA lastgood TO ${role};
          GRANT SELECT, INSERT, UPDATE, DELETE ON lastgood.phase_configs TO ${role};
          GRANT USAGE ON SEQUENCE lastgood.row_version TO ${role}`);
      });
      afterAll(() => database.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`));

      it('write and are counted, under their own name', async () => {
        const changes = await database.changes(() => run(first, insertPhase('theirs'), warm(1.5)));
        expect(changes).toEqual({ raised: 2, scopes: ['phases', 'phases'] });
        const rows = await database.sql(
          `SELECT updated_by FROM lastgood.phase_configs WHERE phase = 'theirs'`,
        );
        expect(rows).toEqual([{ updated_by: role }]);
      });

      it.each([
        ['the counter', `UPDATE lastgood.change_counter SET version = 0`],
        ['the log', `DELETE FROM lastgood.change_log`],
        ['a purge', `SELECT lastgood.log_change('config', ARRAY['phases'], 'purged')`],
        ['the triggers', `ALTER TABLE lastgood.phase_configs DISABLE TRIGGER ALL`],
      ])('cannot write %s by hand', async (_, statement) => {
        const { version } = await database.counter();
        expect((await refusalOf(first.query(statement))).code).toBe('42501');
        expect((await database.counter()).version).toBe(version);
      });
    });
  });
});
