import { pino } from 'pino';
import { Pool } from 'pg';
import { ConfigDatabase } from '../../../../test/support/config-database.js';
import { DatabaseUnavailableError } from '../../../platform/database/index.js';
import { VirtualClock } from '../../../testing/index.js';
import { catalogKeys } from '../views/catalog-keys.js';
import { ReadCountKeeper } from './read-count-keeper.service.js';
import { ReadCounts } from './read-counts.js';
import { mostRead } from './read-counts.sql.js';

const minuteMs = 60_000;
const [one, two] = [catalogKeys.book('1'), catalogKeys.publisher('2')];

describe('how often views are read (CT-8)', () => {
  let database: ConfigDatabase;
  let pool: Pool;
  let clock: VirtualClock;
  /** `null`: it is there. */
  let away: Error | null;
  /** What is asked and not answered: hung until then. */
  let hanging: Promise<void> | null;

  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
    pool = new Pool({ connectionString: database.url });
  });
  beforeEach(() => {
    clock = new VirtualClock();
    away = null;
    hanging = null;
  });
  afterEach(() => database.sql('DELETE FROM lastgood.catalog_reads'));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const logger = pino({ level: 'silent' });
  const query = async <R>(statement: string, parameters: readonly unknown[] = []) => {
    if (away !== null) throw away;
    if (hanging !== null) await hanging;
    return (await pool.query(statement, [...parameters])).rows as R[];
  };
  const make = () => {
    const counts = new ReadCounts();
    return { counts, keeper: new ReadCountKeeper(counts, { query }, clock, logger) };
  };
  const kept = async () => {
    const rows = await database.sql<{ key: string; reads: number }>(
      'SELECT key, sum(reads)::float8 AS reads FROM lastgood.catalog_reads GROUP BY key ORDER BY key',
    );
    return Object.fromEntries(rows.map(({ key, reads }) => [key, reads]));
  };
  const read = (counts: ReadCounts, key: string, times: number) => {
    for (let at = 0; at < times; at++) counts.count(key);
  };
  const put = (daysAgo: number, key: string, reads: number) =>
    database.sql(
      `INSERT INTO lastgood.catalog_reads VALUES ((now() AT TIME ZONE 'UTC')::date - $1::integer, $2, $3)`,
      [daysAgo, key, reads],
    );

  it('adds up what several processes read, also at one moment', async () => {
    const keepers = Array.from({ length: 4 }, make);
    for (const [at, { counts }] of keepers.entries()) {
      // In another order each, as callers ask.
      for (const key of at % 2 ? [one, two] : [two, one]) read(counts, key, at + 1);
    }
    await Promise.all(keepers.map(({ keeper }) => keeper.flush()));
    await keepers[0]!.keeper.flush();
    expect(await kept()).toEqual({ [one]: 10, [two]: 10 });
  });

  it('leaves each minute, and with the process', async () => {
    const { counts, keeper } = make();
    keeper.onApplicationBootstrap();
    read(counts, one, 2);
    await clock.advance(minuteMs - 1);
    await keeper['writing'];
    expect(await kept()).toEqual({});
    await clock.advance(1);
    await keeper['writing'];
    expect(await kept()).toEqual({ [one]: 2 });
    read(counts, one, 3);
    await keeper.beforeApplicationShutdown();
    expect(await kept()).toEqual({ [one]: 5 });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('is held while the database is away, and added when it is back', async () => {
    const { counts, keeper } = make();
    away = new DatabaseUnavailableError('away');
    read(counts, one, 2);
    await keeper.flush();
    read(counts, one, 1);
    read(counts, two, 1);
    await keeper.flush();
    away = null;
    await keeper.flush();
    expect(await kept()).toEqual({ [one]: 3, [two]: 1 });
  });

  it('takes no more memory than for 10,000 keys, however long the database is away', async () => {
    const { counts, keeper } = make();
    away = new DatabaseUnavailableError('away');
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 9_000; at++) counts.count(catalogKeys.book(`${round}.${at}`));
      await keeper.flush();
    }
    expect(keeper['waiting'].size).toBe(10_000);
  });

  it('counts 10,000 keys at most between two writes, and goes on counting those', () => {
    const { counts } = make();
    for (let at = 0; at <= 10_000; at++) counts.count(catalogKeys.book(String(at)));
    counts.count(catalogKeys.book('0'));
    const taken = counts.take();
    expect([taken.size, taken.get(catalogKeys.book('0'))]).toEqual([10_000, 2]);
    expect(counts.take().size).toBe(0);
  });

  it('keeps a process from ending no longer than 500 ms', async () => {
    const { counts, keeper } = make();
    let answer = () => undefined as void;
    hanging = new Promise((resolve) => (answer = resolve));
    read(counts, one, 1);
    let isOver = false;
    const end = keeper.beforeApplicationShutdown().then(() => (isOver = true));
    await clock.advance(499);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await end;
    expect(isOver).toBe(true);
    answer();
    await keeper['writing'];
  });

  it('adds those that were read most, where callers read more keys than make sense', async () => {
    const { counts, keeper } = make();
    for (let at = 0; at < 1_500; at++) counts.count(catalogKeys.book(String(at)));
    read(counts, two, 2);
    await keeper.flush();
    const rows = await kept();
    expect([Object.keys(rows).length, rows[two]]).toEqual([1_000, 2]);
  });

  it('deletes what is older than 30 days, and of a day that is over all but the 1,000 that were read most', async () => {
    await put(31, one, 9);
    await put(30, two, 4);
    await database.sql(
      `INSERT INTO lastgood.catalog_reads
       SELECT (now() AT TIME ZONE 'UTC')::date - d, 'dcs:books:id:' || n, n FROM generate_series(1, 1200) n, (VALUES (0), (1)) AS days(d)`,
    );
    const { keeper } = make();
    await keeper.flush();
    const perDay = await database.sql<{ ago: number; count: number; least: number }>(
      `SELECT (now() AT TIME ZONE 'UTC')::date - day AS ago, count(*)::integer AS count, min(reads)::float8 AS least
       FROM lastgood.catalog_reads GROUP BY day ORDER BY ago`,
    );
    expect(perDay).toEqual([
      { ago: 0, count: 1_200, least: 1 },
      { ago: 1, count: 1_000, least: 201 },
      { ago: 30, count: 1, least: 4 },
    ]);
  });

  it('tells which were read most in 7 days, without those that are loaded anyway', async () => {
    await put(0, one, 5);
    await put(6, two, 3);
    await put(5, two, 3);
    await put(7, catalogKeys.book('old'), 1_000);
    await put(0, catalogKeys.books, 1_000);
    const rows = await query<{ key: string }>(mostRead, [[catalogKeys.books], 7, 100]);
    expect(rows.map(({ key }) => key)).toEqual([two, one]);
    expect(await query(mostRead, [[catalogKeys.books], 7, 1])).toEqual([{ key: two }]);
  });
});
