import { DataSource } from 'typeorm';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { dataSourceOptions } from './data-source.js';
import { trimChangeLog } from './trim-change-log.js';
import { writeTransaction } from './write-transaction.js';

const stream = 'cache';
const dayMs = 86_400_000;

describe('trimChangeLog (CO-8)', () => {
  let database: ConfigDatabase;
  let source: DataSource;

  beforeEach(async () => {
    database = await ConfigDatabase.create();
    const { extra } = Object(dataSourceOptions(database.url)) as { extra: object };
    source = await new DataSource({ type: 'postgres', url: database.url, extra }).initialize();
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  const trim = (maxRows = 1_000, keptMs = 2 * dayMs) =>
    writeTransaction(source, (manager) => trimChangeLog(manager, { stream, keptMs, maxRows }));
  /** One version, of so many scopes, so many days ago. */
  const change = async (scopes: number, daysAgo: number) => {
    await database.sql(
      `INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author)
       SELECT $1, 'n', 'invalidate', 'changed', 's' || n, 'a' FROM generate_series(1, $2) n`,
      [stream, scopes],
    );
    const { version } = await database.counter(stream);
    await database.sql(
      `UPDATE lastgood.change_log SET at = now() - $3 * interval '1 day' WHERE stream = $1 AND version = $2`,
      [stream, version, daysAgo],
    );
  };
  const state = async () => {
    const rows = await database.sql<{ trimmedTo: number; versions: string }>(
      `SELECT trimmed_to::float8 AS "trimmedTo",
         (SELECT coalesce(string_agg(DISTINCT version::text, ' '), '') FROM lastgood.change_log
          WHERE stream = c.stream) AS versions
       FROM lastgood.change_counter c WHERE stream = $1`,
      [stream],
    );
    return rows[0]!;
  };

  it('deletes what was followed long ago, and tells up to where', async () => {
    for (const daysAgo of [9, 8, 7, 1, 0]) await change(2, daysAgo);
    expect(await trim()).toBe(4);
    expect(await state()).toEqual({ trimmedTo: 2, versions: '3 4 5' });
    expect(await trim()).toBe(0);
  });

  it('keeps the last change, however old: who applied it goes on from there', async () => {
    for (const daysAgo of [9, 8, 7]) await change(1, daysAgo);
    expect(await trim()).toBe(2);
    expect(await state()).toEqual({ trimmedTo: 2, versions: '3' });
  });

  it('counts nothing: the version and its change stay (CO-2)', async () => {
    for (const daysAgo of [9, 8, 0]) await change(1, daysAgo);
    const before = await database.counter(stream);
    const listener = await database.session();
    const heard: string[] = [];
    listener.on('notification', ({ channel }) => heard.push(channel));
    await listener.query(`LISTEN lastgood_${stream}`);
    expect(await trim()).toBe(1);
    await listener.query('SELECT 1');
    expect([await database.counter(stream), heard]).toEqual([before, []]);
  });

  it('looks at a batch at a time, and cuts no version in two, however many rows it has', async () => {
    await change(2, 9);
    await change(50, 8);
    await change(3, 7);
    await change(1, 0);
    const versions: string[] = [];
    const deleted: number[] = [];
    for (let rows = await trim(1); rows > 0; rows = await trim(1)) {
      deleted.push(rows);
      versions.push((await state()).versions);
    }
    expect(deleted).toEqual([2, 50]);
    expect(versions).toEqual(['2 3 4', '3 4']);
  });

  it('deletes nothing of what is young, of other streams, nor of a log that is empty', async () => {
    expect(await trim()).toBe(0);
    for (const daysAgo of [1, 1, 0]) await change(1, daysAgo);
    expect(await trim()).toBe(0);
    await database.sql(
      `UPDATE lastgood.change_log SET at = now() - interval '9 days' WHERE stream = 'config'`,
    );
    const others = await database.logSince(0);
    expect(others.length).toBeGreaterThan(1);
    expect(await trim()).toBe(0);
    expect([await state(), await database.logSince(0)]).toEqual([
      { trimmedTo: 0, versions: '1 2 3' },
      others,
    ]);
  });

  it('keeps what came after something young, whatever a clock that was wrong says of it', async () => {
    for (const daysAgo of [9, 8, 0, 7, 6]) await change(1, daysAgo);
    expect(await trim()).toBe(1);
    expect(await state()).toEqual({ trimmedTo: 1, versions: '2 3 4 5' });
  });

  it('begins where it ended: what was deleted is passed over, though a snapshot keeps it in the index', async () => {
    for (const daysAgo of [9, 8, 7, 6]) await change(1, daysAgo);
    // As rows that are deleted and not vacuumed yet, but to be seen.
    await database.sql(`UPDATE lastgood.change_counter SET trimmed_to = 2 WHERE stream = $1`, [stream]);
    expect(await trim()).toBe(1);
    expect(await state()).toEqual({ trimmedTo: 3, versions: '1 2 4' });
  });

  it('is for one session at a time', async () => {
    for (const daysAgo of [9, 8, 7]) await change(1, daysAgo);
    const other = await database.session();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtext('lastgood.change_log: trimming'))`);
    expect(await trim()).toBe(0);
    await other.query('ROLLBACK');
    expect(await trim()).toBe(2);
  });
});
