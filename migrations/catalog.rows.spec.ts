import { revertMigration, showMigrations } from '../src/platform/database/index.js';
import { ConfigDatabase, refusalOf } from '../test/support/config-database.js';

const insert = (rows: readonly (readonly [id: string, scopes: readonly string[]])[]) => `
INSERT INTO lastgood.webhook_events (id, event, subject_id, scopes, sent_at) VALUES
${rows.map(([id, scopes]) => `('${id}', 'book.updated', '1', '{${scopes.join(',')}}', now())`).join(',')}
ON CONFLICT DO NOTHING`;

describe('rows of webhooks (CT-5)', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
  });
  afterAll(() => database.drop());

  /** By how much the counter was raised, and the scopes that were logged. */
  const changes = async (...statements: string[]) => {
    const before = await database.counter('catalog');
    for (const statement of statements) await database.sql(statement);
    const after = await database.counter('catalog');
    const logged = await database.logSince(before.version, 'catalog');
    expect(logged.every(({ kind }) => kind === 'changed')).toBe(true);
    return { raised: after.version - before.version, scopes: logged.map(({ scope }) => scope) };
  };
  const nothing = { raised: 0, scopes: [] };

  it('count one version a group, with each scope once', async () => {
    const group = insert([
      ['a1', ['book:1', 'books', 'books-of:2']],
      ['a2', ['book:1', 'books']],
      ['a3', ['book:3', 'books', 'books-of:2']],
    ]);
    expect(await changes(group)).toEqual({ raised: 1, scopes: ['book:1', 'book:3', 'books', 'books-of:2'] });
  });

  it('count nothing where all were there before, and what is new where some were', async () => {
    const known = insert([['b1', ['book:1']]]);
    await database.sql(known);
    expect(await changes(known, known)).toEqual(nothing);
    expect(
      await changes(
        insert([
          ['b1', ['book:1']],
          ['b2', ['book:2']],
        ]),
      ),
    ).toEqual({ raised: 1, scopes: ['book:2'] });
  });

  it('count one version a transaction, however many statements it has', async () => {
    expect(
      await changes('BEGIN', insert([['c1', ['book:1']]]), insert([['c2', ['book:2']]]), 'COMMIT'),
    ).toEqual({ raised: 1, scopes: ['book:1', 'book:2'] });
  });

  it('count nothing for what becomes of them, nor as they go', async () => {
    await database.sql(insert([['d1', ['book:1']]]));
    expect(
      await changes(
        `UPDATE lastgood.webhook_events SET status = 'failed', error = 'x', settled_at = now() WHERE id = 'd1'`,
        `UPDATE lastgood.webhook_events SET status = 'pending', attempts = 2, looked_at = now() WHERE id = 'd1'`,
        `DELETE FROM lastgood.webhook_events WHERE id = 'd1'`,
      ),
    ).toEqual(nothing);
  });

  it('count nothing that is rolled back', async () => {
    expect(await changes('BEGIN', insert([['e1', ['book:1']]]), 'ROLLBACK')).toEqual(nothing);
  });

  it('count where ordinary triggers do not fire, and for whoever writes by psql', async () => {
    const session = await database.session();
    const before = await database.counter('catalog');
    await session.query('SET session_replication_role = replica');
    await session.query(insert([['f1', ['book:1']]]));
    expect((await database.counter('catalog')).version).toBe(before.version + 1);
  });

  it('are kept once, whoever of many sessions comes first; the counter tells them apart', async () => {
    const sessions = await Promise.all(Array.from({ length: 6 }, () => database.session()));
    const before = await database.counter('catalog');
    for (let round = 0; round < 20; round++) {
      const results = await Promise.all(
        sessions.map((session, at) =>
          session.query(
            insert([
              [`g${round}`, ['book:1']],
              [`g${round}-${at}`, ['book:2']],
            ]),
          ),
        ),
      );
      expect(results.map(({ rowCount }) => rowCount ?? 0).toSorted((one, other) => one - other)).toEqual([
        1, 1, 1, 1, 1, 2,
      ]);
    }
    expect((await database.counter('catalog')).version).toBe(before.version + 120);
  });

  it('begin as pending, at their first attempt', async () => {
    await database.sql(insert([['h1', ['book:1']]]));
    const [row] = await database.sql<{ status: string; attempts: number; age: number }>(
      `SELECT status, attempts, extract(epoch FROM clock_timestamp() - looked_at)::float8 AS age
       FROM lastgood.webhook_events WHERE id = 'h1'`,
    );
    expect([row!.status, row!.attempts, row!.age < 60]).toEqual(['pending', 1, true]);
  });

  it.each([
    ['an empty id', insert([['', ['book:1']]])],
    ['an id with a space', insert([['a b', ['book:1']]])],
    ['an id of 201 characters', insert([['x'.repeat(201), ['book:1']]])],
    ['no scope', insert([['i1', []]])],
    ['another status', `UPDATE lastgood.webhook_events SET status = 'lost'`],
  ])('refuse %s', async (_, statement) => {
    expect(await refusalOf(database.sql(statement))).toMatchObject({ code: '23514' });
  });

  it('are not truncated: that could not be counted', async () => {
    expect(await refusalOf(database.sql('TRUNCATE lastgood.webhook_events'))).toMatchObject({
      code: '0A000',
      message: expect.stringContaining('use DELETE'),
    });
  });

  it('refuse reads that were not read, and keys that are too long (CT-8)', async () => {
    const read = (key: string, reads: number) =>
      database.sql(`INSERT INTO lastgood.catalog_reads VALUES ('2026-01-01', '${key}', ${reads})`);
    await read('dcs:books:list', 1);
    expect(await refusalOf(read('dcs:books:list', 1))).toMatchObject({ code: '23505' });
    expect(await refusalOf(read('a', 0))).toMatchObject({ code: '23514' });
    expect(await refusalOf(read('x'.repeat(201), 1))).toMatchObject({ code: '23514' });
  });

  it('go with their migration, operations of theirs included, and come back', async () => {
    await database.sql(
      `INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author)
       VALUES ('catalog', 'catalog', 'invalidate-scope', 'changed', 'book:1', 'me')`,
    );
    const isApplied = async () =>
      (await showMigrations(database.url)).some(({ name, applied }) => applied && name.startsWith('Catalog'));
    for (let isThere = true; isThere; isThere = await isApplied()) await revertMigration(database.url);
    const found = await database.sql(
      `SELECT 1 FROM lastgood.change_counter WHERE stream = 'catalog'
       UNION ALL SELECT 1 FROM pg_class WHERE relname IN ('webhook_events', 'catalog_reads')
       UNION ALL SELECT 1 FROM pg_proc WHERE proname = 'log_webhooks'`,
    );
    expect(found).toEqual([]);
    const { migrate } = await import('../src/platform/database/migrate.js');
    await migrate(database.url);
    expect(await changes(insert([['z1', ['book:1']]]))).toEqual({ raised: 1, scopes: ['book:1'] });
  });
});
