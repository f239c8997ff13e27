import type { Client } from 'pg';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { DatabaseWatch } from './database-watch.js';

const lockCounter = `SELECT 1 FROM lastgood.change_counter WHERE stream = 'cache' FOR NO KEY UPDATE`;

describe('watching the database (OP-13)', () => {
  let database: ConfigDatabase;
  let clock: VirtualClock;
  let other: Client;

  beforeAll(async () => {
    database = await ConfigDatabase.create();
  });
  beforeEach(async () => {
    clock = new VirtualClock();
    other = await database.session();
  });
  afterEach(() => other.end());
  afterAll(() => database.drop());

  type Query = (statement: string) => Promise<unknown>;
  const watchOf = (query: Query = (statement) => database.sql(statement)) =>
    new DatabaseWatch({ query: query as never }, clock);
  const readingOf = async (watch = watchOf()) => {
    await watch.look();
    return watch.reading!;
  };

  it('tells the size of the change counter, and that nothing is open', async () => {
    const { counterBytes, counterDeadRows, ...open } = await readingOf();
    expect(counterBytes).toBeGreaterThanOrEqual(8_192);
    expect(counterDeadRows).toBeGreaterThanOrEqual(0);
    expect(open).toEqual({ counterLockSeconds: 0, oldestTransactionSeconds: 0 });
  });

  it('tells how old the transaction is that keeps every change waiting, and not who waits or reads', async () => {
    const reader = await database.session();
    await reader.query('BEGIN; SELECT * FROM lastgood.change_counter');
    const read = await readingOf();
    expect(read.counterLockSeconds).toBe(0);
    expect(read.oldestTransactionSeconds).toBeGreaterThan(0);
    await other.query('BEGIN');
    await other.query(lockCounter);
    const waiter = await database.session();
    const waiting = waiter.query(lockCounter);
    await pollUntil(async () => (await database.waiting()) === 1, 'one waits');
    const held = await readingOf();
    expect(held.counterLockSeconds).toBeGreaterThan(0);
    expect(held.oldestTransactionSeconds).toBeGreaterThan(held.counterLockSeconds);
    await reader.query('COMMIT');
    await other.query('COMMIT');
    await waiting;
    expect(await readingOf()).toMatchObject({ counterLockSeconds: 0, oldestTransactionSeconds: 0 });
  });

  it('grows with the transaction: a writer that is idle inside of one is seen from the first look', async () => {
    await other.query(`BEGIN; UPDATE lastgood.models SET family = 'f' WHERE id = 'e/judge'`);
    const watch = watchOf();
    const first = (await readingOf(watch)).counterLockSeconds;
    expect(first).toBeGreaterThan(0);
    await pollUntil(async () => (await readingOf(watch)).counterLockSeconds > first, 'it grows');
    await other.query('ROLLBACK');
  });

  it('is no worse for a role that may not see what others do: so old it is at least', async () => {
    await database.sql(`DROP ROLE IF EXISTS metrics_stranger`);
    await database.sql(`CREATE ROLE metrics_stranger; GRANT USAGE ON SCHEMA lastgood TO metrics_stranger`);
    const stranger = await database.session();
    await stranger.query('SET ROLE metrics_stranger');
    try {
      await other.query('BEGIN');
      await other.query(lockCounter);
      const watch = watchOf(async (statement) => (await stranger.query(statement)).rows);
      expect(await readingOf(watch)).toMatchObject({ counterLockSeconds: 0, oldestTransactionSeconds: 0 });
      await clock.advance(30_000);
      expect(await readingOf(watch)).toMatchObject({ counterLockSeconds: 30, oldestTransactionSeconds: 30 });
      await other.query('COMMIT');
      await other.query('BEGIN; SELECT 1');
      expect(await readingOf(watch)).toMatchObject({ counterLockSeconds: 0, oldestTransactionSeconds: 0 });
      await other.query('COMMIT');
    } finally {
      await stranger.query('RESET ROLE');
      await database.sql('DROP OWNED BY metrics_stranger; DROP ROLE metrics_stranger');
    }
  });

  it('asks every 15 s, never twice at a time, and ends with the process', async () => {
    const answers: ((rows: unknown) => void)[] = [];
    let asked = 0;
    const watch = watchOf(() => {
      asked++;
      return new Promise((resolve) => answers.push(resolve));
    });
    watch.onApplicationBootstrap();
    await clock.advance(600_000);
    expect(asked).toBe(1);
    answers[0]!([{ transactions: [], bytes: 1, deadRows: 1 }]);
    await clock.advance(0);
    await clock.advance(15_000);
    expect(asked).toBe(2);
    watch.beforeApplicationShutdown();
    answers[1]!([]);
    await clock.advance(600_000);
    expect([asked, clock.pending]).toEqual([2, 0]);
  });

  it('tells nothing of a database that does not answer any more, and again once it does', async () => {
    let isAway = false;
    const watch = watchOf((statement) =>
      isAway ? Promise.reject(new Error('away')) : database.sql(statement),
    );
    expect(watch.reading).toBeNull();
    expect(await readingOf(watch)).not.toBeNull();
    isAway = true;
    await clock.advance(45_000);
    await watch.look();
    expect(watch.reading).not.toBeNull();
    await clock.advance(1);
    expect(watch.reading).toBeNull();
    isAway = false;
    expect(await readingOf(watch)).not.toBeNull();
  });
});
