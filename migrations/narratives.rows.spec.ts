import { revertMigration, showMigrations } from '../src/platform/database/index.js';
import { ConfigDatabase, refusalOf } from '../test/support/config-database.js';

const insertAt = (at: string, outcome = 'made', userId = 'NULL') => `
INSERT INTO lastgood.narrative_requests (at, user_id, narrative_key, outcome, duration_ms, systems)
VALUES ('${at}', ${userId}, 'narr:v1:1.0.0:0123456789:key', '${outcome}', 1.5, '{Sirius}')`;

const monthsSql = `
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'lastgood.narrative_requests'::regclass ORDER BY 1`;

describe('rows of narratives (NA-9)', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
  });
  beforeEach(() => database.sql('BEGIN'));
  afterEach(() => database.sql('ROLLBACK'));
  afterAll(() => database.drop());

  const months = async () => (await database.sql<{ name: string }>(monthsSql)).map(({ name }) => name);
  const keep = async (from: string, to: string) => {
    const [row] = await database.sql<{ made: number }>(
      'SELECT lastgood.keep_narrative_months($1, $2) AS made',
      [from, to],
    );
    return row!.made;
  };
  const drop = async (before: string) => {
    const [row] = await database.sql<{ dropped: number }>(
      'SELECT lastgood.drop_narrative_months($1) AS dropped',
      [before],
    );
    return row!.dropped;
  };
  const monthOf = async (at: string) => {
    const [row] = await database.sql<{ month: string }>(
      `${insertAt(at)} RETURNING tableoid::regclass::text AS month`,
    );
    return row!.month;
  };

  it('can be written from the first moment on, for this month and those beside it', async () => {
    expect(await months()).toHaveLength(4);
    for (const moment of [`- interval '27 days'`, '', `+ interval '1 month'`]) {
      const insert = insertAt('now').replace(`'now'`, `now() ${moment}`);
      await expect(database.sql(insert)).resolves.toBeDefined();
    }
  });

  it.each(['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'])(
    'belong to the months of UTC, whatever the session calls its own time: %s',
    async (zone) => {
      await database.sql(`SET LOCAL timezone = '${zone}'`);
      expect(await keep('2030-11-30T23:59:59.999Z', '2031-01-01T00:00:00Z')).toBe(3);
      expect(await monthOf('2030-12-01T00:00:00Z')).toBe('lastgood.narrative_requests_2030_12');
      expect(await monthOf('2030-12-31T23:59:59.999Z')).toBe('lastgood.narrative_requests_2030_12');
      expect(await monthOf('2031-01-01T00:00:00Z')).toBe('lastgood.narrative_requests_2031_01');
    },
  );

  it('have no month twice, and the months that are there stay', async () => {
    await keep('2030-11-15T00:00:00Z', '2030-12-15T00:00:00Z');
    await monthOf('2030-12-01T00:00:00Z');
    expect(await keep('2030-11-01T00:00:00Z', '2031-01-01T00:00:00Z')).toBe(1);
    expect(await database.sql(`SELECT 1 FROM lastgood.narrative_requests`)).toHaveLength(1);
  });

  it('are refused without a month, and the error says so', async () => {
    const refusal = await refusalOf(database.sql(insertAt('2040-01-01T00:00:00Z')));
    expect(refusal).toMatchObject({ code: '23514', message: expect.stringContaining('no partition') });
  });

  it('go by the month, once all of it is older', async () => {
    const before = await months();
    await keep('2020-01-15T00:00:00Z', '2020-03-15T00:00:00Z');
    expect(await drop('2020-02-29T23:59:59.999Z')).toBe(1);
    expect(await drop('2020-03-01T00:00:00Z')).toBe(1);
    expect(await drop('2020-03-01T00:00:00Z')).toBe(0);
    expect(await months()).toEqual(['narrative_requests_2020_03', ...before]);
  });

  it.each(['fresh', 'stale', 'made', 'fallback', 'invalid', 'failed', 'refresh'])(
    'can have the outcome %s',
    async (outcome) => {
      const insert = insertAt('now', outcome).replace(`'now'`, 'now()');
      await expect(database.sql(insert)).resolves.toBeDefined();
    },
  );

  it('can have no other outcome', async () => {
    const insert = insertAt('now', 'hit').replace(`'now'`, 'now()');
    expect(await refusalOf(database.sql(insert))).toMatchObject({ code: '23514' });
  });

  it('are found by person and by key through an index of each month, a new one too (NA-8)', async () => {
    await keep('2030-11-15T00:00:00Z', '2030-11-15T00:00:00Z');
    const indexed = await database.sql(
      `SELECT tablename FROM pg_indexes WHERE schemaname = 'lastgood' AND tablename = 'narrative_requests_2030_11'`,
    );
    expect(indexed).toHaveLength(3);
  });

  it('are counted by no change stream', async () => {
    const counted = await database.sql(
      `SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
       WHERE c.relname LIKE 'narrative%' AND NOT t.tgisinternal`,
    );
    expect(counted).toEqual([]);
  });

  it('say of nobody who was erased more than a hash', async () => {
    const insert = (hash: string) => `INSERT INTO lastgood.narrative_erasures VALUES (${hash}, now())`;
    expect(await refusalOf(database.sql(insert(`'ann'`)))).toMatchObject({ code: '23514' });
  });
});

describe('the migration of narratives', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
  });
  afterAll(() => database.drop());

  const objects = async () => {
    const rows = await database.sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'lastgood' AND relname LIKE '%narrative%'
       UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE '%narrative%' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('is taken back without a rest, months that were made since included, and made again', async () => {
    const before = await objects();
    await database.sql(`SELECT lastgood.keep_narrative_months('2030-01-01Z', '2030-02-01Z')`);
    for (let isThere = true; isThere; isThere = await isApplied()) await revertMigration(database.url);
    expect(await objects()).toEqual([]);
    const { migrate } = await import('../src/platform/database/index.js');
    await migrate(database.url);
    expect(await objects()).toEqual(before);
  });

  const isApplied = async () =>
    (await showMigrations(database.url)).some(
      ({ name, applied }) => applied && name.startsWith('Narratives'),
    );
});
