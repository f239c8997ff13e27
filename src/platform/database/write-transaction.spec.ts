import { DataSource, type EntityManager } from 'typeorm';
import { ConfigDatabase, insertPhase, refusalOf } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { AppError } from '../../core/index.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseUnavailableError } from './database-unavailable.error.js';
import { writeTransaction } from './write-transaction.js';

class RefusedError extends AppError {
  readonly code = 'refused';
  readonly retryable = false;
}

const fail = (code: string) => `DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '${code}'; END $$`;

describe('writeTransaction (CO-3)', () => {
  let database: ConfigDatabase;
  let source: DataSource;
  const open = (url: string, extra: object = {}) => {
    const options = dataSourceOptions(url);
    return new DataSource({
      type: 'postgres',
      url,
      poolErrorHandler: () => undefined,
      extra: { ...Object(options).extra, ...extra },
    }).initialize();
  };
  const warm = (manager: EntityManager, temperature: number) =>
    manager.query(`UPDATE lastgood.phase_configs SET temperature = $1 WHERE context_tier = 'standard'`, [
      temperature,
    ]);
  const temperature = async () => {
    const statement = `SELECT temperature FROM lastgood.phase_configs WHERE context_tier = 'standard'`;
    return (await database.sql<{ temperature: number }>(statement))[0]!.temperature;
  };

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    source = await open(database.url);
  });
  beforeEach(() => database.sql('UPDATE lastgood.phase_configs SET temperature = 0'));
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  it('commits what was done and hands on what it gave', async () => {
    expect(
      await writeTransaction(source, async (manager) => ((await warm(manager, 1)) as unknown[])[1]),
    ).toBe(1);
    expect(await temperature()).toBe(1);
  });

  const endSession = async (manager: EntityManager) => {
    const [{ pid }] = (await manager.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    await database.sql('SELECT pg_terminate_backend($1)', [pid]);
    await pollUntil(() => (manager.queryRunner as { isReleased: boolean }).isReleased, 'typeorm heard of it');
  };

  it('says so when the connection is lost between two statements', async () => {
    const refused = await refusalOf(
      writeTransaction(source, async (manager) => {
        await warm(manager, 1);
        await endSession(manager);
        await warm(manager, 2);
      }),
    );
    expect(refused).toMatchObject({ code: 'database-unavailable' });
  });

  it('says so when the connection is lost just before the commit', async () => {
    const refused = await refusalOf(
      writeTransaction(source, async (manager) => {
        await warm(manager, 1);
        await endSession(manager);
      }),
    );
    expect(refused).toMatchObject({ code: expect.stringMatching('commit-in-doubt|database-unavailable') });
  });

  it('leaves no setting behind on the connection', async () => {
    await writeTransaction(source, (manager) => warm(manager, 1));
    expect(await source.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
  });

  it('is ended by the database when its process forgets it', async () => {
    const [setting] = await source.query('SHOW idle_in_transaction_session_timeout');
    expect(setting).toEqual({ idle_in_transaction_session_timeout: '10s' });
  });

  it.each(['40P01', '40001', '55P03'])('runs all of it again after %s, and counts it once', async (code) => {
    let runs = 0;
    const { version } = await database.counter();
    await writeTransaction(source, async (manager) => {
      await warm(manager, ++runs);
      if (runs === 1) await manager.query(fail(code));
    });
    expect([runs, await temperature()]).toEqual([2, 2]);
    expect((await database.counter()).version).toBe(version + 1);
  });

  it('gives up after three more attempts, with nothing half done', async () => {
    let runs = 0;
    const refusal = await refusalOf(
      writeTransaction(source, async (manager) => {
        await warm(manager, 1);
        runs += 1;
        await manager.query(fail('40001'));
      }),
    );
    expect(refusal).toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('as told'),
    });
    expect([runs, await temperature()]).toEqual([4, 0]);
  });

  it('waits for a writer that is almost done', async () => {
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('UPDATE lastgood.models SET family = family');
    let runs = 0;
    await writeTransaction(source, async (manager) => {
      if (++runs === 2) await holder.query('COMMIT');
      await warm(manager, 1);
    });
    expect([runs, await temperature()]).toEqual([2, 1]);
  });

  it.each([
    ['the counter', insertPhase('held')],
    ['a row', 'SELECT 1 FROM lastgood.phase_configs FOR UPDATE'],
    ['a table', 'LOCK TABLE lastgood.phase_configs IN SHARE MODE'],
  ])('names the process that holds %s, not those who wait for it or read it', async (_, hold) => {
    const [holder, waiter, reader] = await Promise.all([1, 2, 3].map(() => database.session()));
    await holder!.query('BEGIN');
    await holder!.query(hold);
    await reader!.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader!.query('SELECT * FROM lastgood.change_counter, lastgood.phase_configs');
    const waiting = waiter!.query('UPDATE lastgood.phase_configs SET max_retries = 2');
    await pollUntil(async () => (await database.waiting()) === 1, 'the waiter waits');
    const { rows } = await holder!.query('SELECT pg_backend_pid() AS pid');
    const refusal = await refusalOf(writeTransaction(source, (manager) => warm(manager, 1)));
    expect(refusal).toBeInstanceOf(DatabaseUnavailableError);
    expect(refusal.message).toBe(
      `The database cannot take this change: process ${rows[0].pid} holds its lock for longer than 500 ms`,
    );
    await holder!.query('ROLLBACK');
    await reader!.query('ROLLBACK');
    await waiting;
    expect(await temperature()).toBe(0);
  });

  it.each([
    [
      'an error of ours that speaks of a timeout',
      () => Promise.reject(new RefusedError('timeoutMs: timeout 1 is not allowed')),
      'refused',
    ],
    [
      'a limit of the database that is named after a timeout',
      (manager: EntityManager) => manager.query('UPDATE lastgood.phase_configs SET timeout_ms = 1'),
      '23514',
    ],
  ])('hands on %s as it is, and takes everything back', async (_, work, code) => {
    const refusal = await refusalOf(
      writeTransaction(source, async (manager) => {
        await warm(manager, 1);
        await work(manager);
      }),
    );
    expect(refusal.code).toBe(code);
    expect(await temperature()).toBe(0);
  });

  it('hands on what only the commit finds out', async () => {
    const dangling = `INSERT INTO lastgood.models VALUES ('x/y', 'x', 'x', 1, 0, 0, false, 'active', NULL, 'no/model')`;
    const refusal = await refusalOf(writeTransaction(source, (manager) => manager.query(dangling)));
    expect(refusal.code).toBe('23503');
  });

  it.each([
    ['takes no writes', 'SET TRANSACTION READ ONLY'],
    ['is shutting down', fail('57P01')],
    ['has no connection left', fail('53300')],
    ['cancels the statement', fail('57014')],
    ['ended an idle transaction', fail('25P03')],
  ])('says that the database is unavailable when it %s, and changes nothing', async (_, statement) => {
    let runs = 0;
    const refusal = await refusalOf(
      writeTransaction(source, async (manager) => {
        runs += 1;
        await manager.query(statement);
        await warm(manager, 1);
      }),
    );
    expect(refusal).toMatchObject({ code: 'database-unavailable', retryable: true, retryAfterMs: 1_000 });
    expect([runs, await temperature()]).toEqual([1, 0]);
  });

  describe('over a network that fails', () => {
    const faulty = async (
      work: (
        proxyMode: (mode: 'reset' | 'half-open' | 'pass') => Promise<void>,
        far: DataSource,
      ) => Promise<void>,
    ) => {
      const { proxy, proxied } = await throughProxy(database.url);
      const far = await open(proxied, { query_timeout: 300 });
      try {
        await work((mode) => proxy.mode(mode), far);
      } finally {
        await far.destroy();
        await proxy.close();
      }
    };

    it.each(['reset', 'half-open'] as const)(
      'takes everything back, and works again after it (%s)',
      async (mode) => {
        await faulty(async (become, far) => {
          const refusal = await refusalOf(
            writeTransaction(far, async (manager) => {
              await warm(manager, 1);
              await become(mode);
              await warm(manager, 1.5);
            }),
          );
          expect(refusal.code).toBe('database-unavailable');
          await become('pass');
          await writeTransaction(far, (manager) => manager.query('SELECT 1'));
          await pollUntil(async () => (await database.waiting()) === 0, 'nobody waits');
          expect(await temperature()).toBe(0);
        });
      },
    );

    it('gives an attempt up in the time it has, and Postgres lets go of what it had locked', async () => {
      const { proxy, proxied } = await throughProxy(database.url);
      const hour = { query_timeout: 3_600_000, idle_in_transaction_session_timeout: 3_600_000 };
      const far = await open(proxied, hour);
      try {
        const abandoned = writeTransaction(
          far,
          async (manager) => {
            await warm(manager, 1);
            await proxy.mode('black-hole');
            await warm(manager, 1.5);
          },
          300,
        );
        expect((await refusalOf(abandoned)).code).toBe('database-unavailable');
        await writeTransaction(source, (manager) => warm(manager, 0.5), 2_000);
        expect(await temperature()).toBe(0.5);
      } finally {
        await far.destroy();
        await proxy.close();
      }
    });

    it('does not say that nothing was changed when the answer to its commit is lost', async () => {
      await faulty(async (become, far) => {
        const refusal = await refusalOf(
          writeTransaction(far, async (manager) => {
            await warm(manager, 1);
            await become('half-open');
          }),
        );
        expect(refusal).toMatchObject({ code: 'commit-in-doubt', retryable: true });
        await pollUntil(async () => (await temperature()) === 1, 'it was committed');
      });
    });
  });
});
