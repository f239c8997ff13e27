import { ConfigDatabase, insertPhase, refusalOf } from '../test/support/config-database.js';

const tables = ['models', 'phase_configs', 'judge_configs', 'context_reserves'];

describe('the counter of changes (CO-1, CO-2)', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
  });
  beforeEach(async () => {
    await database.sql(`DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`);
  });
  afterAll(() => database.drop());

  const changesOf = (...statements: string[]) =>
    database.changes(async () => {
      for (const statement of statements) await database.sql(statement);
    });

  it('starts with a lineage of its own and nothing counted', async () => {
    const empty = await ConfigDatabase.create({ seeded: false });
    const [config, access, other] = await Promise.all([
      empty.counter('config'),
      empty.counter('access'),
      database.counter('config'),
    ]);
    await empty.drop();
    expect([config.version, access.version]).toEqual([0, 0]);
    expect(new Set([config.epoch, access.epoch, other.epoch]).size).toBe(3);
  });

  it.each<[string, string, string[]]>([
    ['an inserted row', insertPhase('p'), ['phases']],
    ['an inserted row of a course', insertPhase('p', 'c1'), ['course:c1']],
    ['a course whose name looks like another scope', insertPhase('p', 'course:x'), ['course:course:x']],
    ['a model', `UPDATE lastgood.models SET display_name = 'A' WHERE id = 'a/writer'`, ['models']],
    ['a judge', `UPDATE lastgood.judge_configs SET weight = 0.7 WHERE role = 'primary'`, ['judges:any']],
    ['a reserve', `UPDATE lastgood.context_reserves SET reserve_percent = 0.1`, ['reserves']],
    [
      'a statement that touches many scopes',
      `${insertPhase('p', 'c1')}, ('p', 'c2', 'any', 'standard', 'a/writer', 0, 1, 1, 0), ('p', NULL, 'any', 'standard', 'a/writer', 0, 1, 1, 0)`,
      ['course:c1', 'course:c2', 'phases'],
    ],
    [
      'one statement that writes two tables',
      `WITH m AS (UPDATE lastgood.models SET family = 'f' WHERE id = 'e/judge' RETURNING 1)
       UPDATE lastgood.context_reserves SET reserve_percent = 0.15 WHERE EXISTS (SELECT 1 FROM m)`,
      ['models', 'reserves'],
    ],
  ])('counts %s', async (_, statement, scopes) => {
    expect(await changesOf(statement)).toEqual({ raised: 1, scopes });
  });

  it('counts a transaction once, however many statements and rows it has', async () => {
    const changes = await changesOf(
      'BEGIN',
      insertPhase('p'),
      insertPhase('q', 'c1'),
      `UPDATE lastgood.phase_configs SET temperature = 1`,
      `UPDATE lastgood.models SET family = family || '!'`,
      `DELETE FROM lastgood.phase_configs WHERE phase = 'q'`,
      'COMMIT',
    );
    expect(changes).toEqual({ raised: 1, scopes: ['course:c1', 'models', 'phases'] });
  });

  it('gives every log row of a transaction the change id of the counter', async () => {
    const { version } = await database.counter();
    await changesOf('BEGIN', insertPhase('p'), insertPhase('q', 'c1'), 'COMMIT');
    const { changeId } = await database.counter();
    const ids = await database.sql<{ id: string }>(
      'SELECT change_id AS id FROM lastgood.change_log WHERE version > $1',
      [version],
    );
    expect(ids).toEqual([{ id: changeId }, { id: changeId }]);
    await changesOf(insertPhase('r'));
    expect((await database.counter()).changeId).not.toBe(changeId);
  });

  it('counts a transaction whose id was counted before a restore: it began at another time', async () => {
    const changes = await changesOf(
      'BEGIN',
      `UPDATE lastgood.change_counter SET raised_by = pg_current_xact_id(), raised_at = now() - interval '1 day'`,
      insertPhase('p'),
      'COMMIT',
    );
    expect(changes).toEqual({ raised: 1, scopes: ['phases'] });
  });

  it.each([
    ['an update of no row', `UPDATE lastgood.phase_configs SET temperature = 1 WHERE phase = 'none'`],
    ['a deletion of no row', `DELETE FROM lastgood.phase_configs WHERE phase = 'none'`],
    [
      'an insertion of no row',
      `${insertPhase('p').replace(/VALUES.*/s, '')} SELECT * FROM (VALUES
      ('p', NULL, 'any', 'standard', 'a/writer', 0, 1, 1, 0)) v WHERE false`,
    ],
    [
      'an update to equal values',
      `UPDATE lastgood.phase_configs SET temperature = temperature, model_id = model_id`,
    ],
    ['a key that is there already', `${insertPhase('global_default')} ON CONFLICT DO NOTHING`],
    [
      'an upsert of equal values',
      `${insertPhase('global_default')} ON CONFLICT (phase, course_id, language, context_tier)
       DO UPDATE SET max_tokens = EXCLUDED.max_tokens`,
    ],
    ['a read that locks', 'SELECT 1 FROM lastgood.phase_configs FOR UPDATE'],
  ])('does not count %s', async (_, statement) => {
    expect(await changesOf(statement)).toEqual({ raised: 0, scopes: [] });
  });

  it('logs only the rows that an update really changed', async () => {
    await changesOf(insertPhase('p', 'c1', 0.5), insertPhase('p', 'c2', 1));
    const statement = `UPDATE lastgood.phase_configs SET temperature = 0.5 WHERE phase = 'p'`;
    expect(await changesOf(statement)).toEqual({ raised: 1, scopes: ['course:c2'] });
  });

  it.each([
    ['from one course to another', `'c1'`, `'c2'`, ['course:c1', 'course:c2']],
    ['from a course to all', `'c1'`, 'NULL', ['course:c1', 'phases']],
    ['from all to a course', 'NULL', `'c2'`, ['course:c2', 'phases']],
  ])('logs the old and the new scope of a row that moves %s', async (_, from, to, scopes) => {
    await changesOf(insertPhase('p', from === 'NULL' ? null : 'c1'));
    const move = `UPDATE lastgood.phase_configs SET course_id = ${to} WHERE phase = 'p'`;
    expect(await changesOf(move)).toEqual({ raised: 1, scopes });
  });

  it('logs both languages of a judge that changes panels', async () => {
    await changesOf(`INSERT INTO lastgood.judge_configs
      (language, role, model_id, weight, temperature, max_tokens, display_name)
      VALUES ('ru', 'primary', 'c/judge', 1, 0, 1, 'c')`);
    const move = `UPDATE lastgood.judge_configs SET language = 'de' WHERE language = 'ru'`;
    expect(await changesOf(move)).toEqual({ raised: 1, scopes: ['judges:de', 'judges:ru'] });
    const removal = `DELETE FROM lastgood.judge_configs WHERE language = 'de'`;
    expect(await changesOf(removal)).toEqual({ raised: 1, scopes: ['judges:de'] });
  });

  it('counts rows that are copied in', async () => {
    const program = `COPY (SELECT 'p', 'c' || n, 'any', 'standard', 'a/writer', 0, 1, 1, 0 FROM generate_series(1, 2) n)`;
    const [{ file }] = (await database.sql<{ file: string }>(
      `SELECT current_setting('data_directory') || '/copied-' || pg_backend_pid() AS file`,
    )) as [{ file: string }];
    await database.sql(`${program} TO '${file}'`);
    const copy = `COPY lastgood.phase_configs (phase, course_id, language, context_tier, model_id, temperature,
      max_tokens, max_context_tokens, max_retries) FROM '${file}'`;
    expect(await changesOf(copy)).toEqual({ raised: 1, scopes: ['course:c1', 'course:c2'] });
  });

  it('counts both halves of an upsert', async () => {
    const upsert = `${insertPhase('global_default', null, 1.25)}, ('p', 'c1', 'any', 'standard', 'a/writer', 0, 1, 1, 0)
      ON CONFLICT (phase, course_id, language, context_tier) DO UPDATE SET temperature = EXCLUDED.temperature`;
    expect(await changesOf(upsert)).toEqual({ raised: 1, scopes: ['course:c1', 'phases'] });
  });

  it('counts a MERGE that inserts, updates and deletes', async () => {
    await changesOf(insertPhase('p', 'gone'), insertPhase('p', 'kept', 0));
    const merge = `MERGE INTO lastgood.phase_configs t
      USING (VALUES ('kept'), ('new'), ('gone')) s(course) ON t.course_id = s.course AND t.phase = 'p'
      WHEN MATCHED AND s.course = 'gone' THEN DELETE
      WHEN MATCHED THEN UPDATE SET temperature = 1
      WHEN NOT MATCHED THEN INSERT (phase, course_id, language, context_tier, model_id, temperature, max_tokens,
        max_context_tokens, max_retries) VALUES ('p', s.course, 'any', 'standard', 'a/writer', 0, 1, 1, 0)`;
    expect(await changesOf(merge)).toEqual({
      raised: 1,
      scopes: ['course:gone', 'course:kept', 'course:new'],
    });
  });

  it.each(tables)('refuses to truncate %s, which could not be counted', async (table) => {
    const { version } = await database.counter();
    for (const statement of [`TRUNCATE lastgood.${table} CASCADE`, 'TRUNCATE lastgood.models CASCADE']) {
      expect(await refusalOf(database.sql(statement))).toMatchObject({
        code: '0A000',
        message: expect.stringContaining('is refused: it could not be counted as a change; use DELETE'),
      });
    }
    expect((await database.counter()).version).toBe(version);
  });

  it('counts keys in a stream of their own', async () => {
    const { version } = await database.counter('access');
    const changes = await changesOf(
      `INSERT INTO lastgood.api_keys (prefix, name, role, sha256) VALUES ('abcdefgh', 'n', 'client', repeat('0', 64))`,
    );
    expect(changes).toEqual({ raised: 0, scopes: [] });
    expect(await database.logSince(version, 'access')).toEqual([
      { version: version + 1, scope: 'keys', kind: 'changed' },
    ]);
  });
});
