import { ConfigDatabase, refusalOf } from '../test/support/config-database.js';
import { markRemoved, putLabel, putSettings, putTemplate } from '../test/support/prompt-rows.js';

type Values = Record<string, string>;

const rows = {
  prompt_templates: {
    node_name: `'a_node'`,
    language: `'any'`,
    version: '1',
    body: `'x'`,
    required_dynamic_placeholders: `'{}'`,
  },
  prompt_labels: { node_name: `'kept'`, language: `'any'`, label: `'staging'`, version: '1' },
  prompt_modes: { node_name: `'a_node'`, local_share: '1' },
  placeholders: { name: `'colour'`, description: `'x'` },
  placeholder_values: { placeholder: `'tone'`, name: `'soft'`, value: `'x'` },
  profiles: { name: `'a_profile'`, category: `'style'`, description: `'x'` },
  profile_values: { profile: `'plain'`, placeholder: `'tone'`, value_name: `'loud'` },
  user_placeholder_settings: { user_id: `'eve'`, placeholder: `'tone'`, value: `'x'` },
} satisfies Record<string, Values>;
type Table = keyof typeof rows;
const tables = Object.keys(rows) as Table[];

const insert = (table: Table, over: Values = {}): string => {
  const values: Values = { ...rows[table], ...over };
  return `INSERT INTO lastgood.${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`;
};

const names: [string[], string[]] = [
  [`''`, `'Node'`, `'1a'`, `'a b'`, `'a-b'`, `'a/b'`, `E'a\n'`, `repeat('a', 101)`, 'NULL'],
  [`'a'`, `'stage_6'`, `repeat('a', 100)`],
];
const texts: [string[], string[]] = [
  [`''`, `repeat('x', 8193)`, `repeat('é', 4097)`, 'NULL'],
  [`' '`, `repeat('é', 4096)`],
];
const limits: Record<Table, [string, string[], string[]][]> = {
  prompt_templates: [
    ['node_name', ...names],
    [
      'language',
      [`''`, `'DE'`, `'de_AT'`, `'*'`, `'en-' || repeat('a', 33)`, 'NULL'],
      [`'de'`, `'zh-Hant-TW'`],
    ],
    ['version', ['0', '-1', 'NULL'], ['1', '2147483647']],
    ['body', [`''`, `repeat('x', 65537)`, `repeat('é', 32769)`, 'NULL'], [`repeat('x', 65536)`]],
    ['system', [`''`, `repeat('x', 65536)`], [`repeat('x', 65535)`, 'NULL']],
    [
      'required_dynamic_placeholders',
      ['NULL', `array_fill('x'::text, ARRAY[101])`],
      [`array_fill('x'::text, ARRAY[100])`],
    ],
    ['cache_ttl_s', ['-1', '0', '2592001', 'NULL'], ['1', '2592000']],
    ['status', [`'draft'`, 'NULL'], [`'active'`, `'removed'`]],
  ],
  prompt_labels: [
    ['label', [`''`, `'Prod'`, `'a/b'`, `repeat('a', 64)`, 'NULL'], [`repeat('a', 63)`, `'a_b-c'`]],
    ['version', ['2', 'NULL'], ['1']],
    ['node_name', [`'no_node'`, 'NULL'], [`'kept'`]],
    ['language', [`'de'`, 'NULL'], [`'any'`]],
  ],
  prompt_modes: [
    ['node_name', ...names],
    ['local_share', ['-0.01', '1.01', `'NaN'`, `'Infinity'`, 'NULL'], ['0', '0.5', '1']],
  ],
  placeholders: [
    ['name', ...names],
    ['description', [`''`, `repeat('x', 1001)`, 'NULL'], [`repeat('x', 1000)`]],
  ],
  placeholder_values: [
    ['name', ...names],
    ['value', ...texts],
    ['placeholder', [`'no_such'`, 'NULL'], [`'tone'`]],
  ],
  profiles: [
    ['name', ...names],
    ['category', [`'other'`, 'NULL'], [`'style'`, `'subject'`]],
  ],
  profile_values: [
    ['profile', [`'no_such'`, 'NULL'], [`'plain'`]],
    ['value_name', [`'no_such'`, 'NULL'], [`'loud'`]],
  ],
  user_placeholder_settings: [
    ['user_id', [`''`, `repeat('x', 201)`, 'NULL'], [`repeat('x', 200)`, `'-9223372036854775808'`]],
    ['placeholder', [`'no_such'`, 'NULL'], [`'tone'`]],
    ['value', ...texts],
  ],
};
const cases = Object.entries(limits).flatMap(([table, columns]) =>
  columns.map(([column, bad, good]) => ({ table: table as Table, column, bad, good })),
);

/** The scope of a row of each table, of those that `rows` says. */
const scopes: Record<Table, string> = {
  prompt_templates: 'prompt:a_node',
  prompt_labels: 'prompt:kept',
  prompt_modes: 'prompt:a_node',
  placeholders: 'placeholders',
  placeholder_values: 'placeholders',
  profiles: 'placeholders',
  profile_values: 'placeholders',
  user_placeholder_settings: 'prompt-user:eve',
};

describe('rows of prompts', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
    await putTemplate(database, { node: 'kept' });
    await putSettings(database, 'ann', { tone: 'soft', town: 'Perth' });
    await putSettings(database, 'bob', { tone: 'loud' });
    await database.sql(`INSERT INTO lastgood.placeholder_values VALUES ('tone', 'loud', 'x')`);
    await database.sql(insert('profiles', { name: `'plain'` }));
  });
  beforeEach(() => database.sql('BEGIN'));
  afterEach(() => database.sql('ROLLBACK'));
  afterAll(() => database.drop());

  const codeOf = async (statement: string): Promise<string | undefined> => {
    await database.sql('SAVEPOINT tried');
    try {
      await database.sql(statement);
      return undefined;
    } catch (error) {
      return Object(error).code;
    } finally {
      await database.sql('ROLLBACK TO tried');
    }
  };
  /** By how much the counter rose, and `kind scope` of what was logged. */
  const logged = async (work: () => Promise<unknown>) => {
    const before = await database.counter('prompts');
    await work();
    const { version } = await database.counter('prompts');
    const log = await database.logSince(before.version, 'prompts');
    return {
      raised: version - before.version,
      log: log.map(({ kind, scope }) => `${kind} ${scope}`).toSorted(),
    };
  };

  describe.each(cases)('$table: $column (PR-1, PR-9)', ({ table, column, bad, good }) => {
    it.each(bad)('cannot be %s', async (value) => {
      expect(await codeOf(insert(table, { [column]: value }))).toMatch(/^(23514|23502|23503)$/);
    });

    it.each(good)('can be %s', async (value) => {
      expect(await codeOf(insert(table, { [column]: value }))).toBeUndefined();
    });
  });

  it('hold 64 KB in both parts of a template together (PR-9)', async () => {
    const half = `repeat('é', 16384)`;
    expect(await codeOf(insert('prompt_templates', { body: half, system: half }))).toBeUndefined();
    expect(await codeOf(insert('prompt_templates', { body: half, system: `${half} || 'x'` }))).toBe('23514');
  });

  describe('a version of a template (PR-1)', () => {
    it.each([
      ['its text', `body = 'other'`],
      ['its system part', `system = 'other'`],
      ['its placeholders', `required_dynamic_placeholders = '{other}'`],
      ['its time to live', 'cache_ttl_s = 1'],
      ['what it allows', 'allow_stale = true'],
      ['its number', 'version = 2'],
      ['its language', `language = 'de'`],
      ['its node', `node_name = 'other'`],
      ['who made it', `created_by = 'other'`],
      ['nothing', 'body = body'],
      ['its text as it is removed', `status = 'removed', body = 'other'`],
    ])('does not have %s changed', async (_, change) => {
      expect(await codeOf(`UPDATE lastgood.prompt_templates SET ${change}`)).toBe('0A000');
    });

    it('is not deleted, with session_replication_role set or without', async () => {
      const remove = `DELETE FROM lastgood.prompt_templates`;
      expect(await codeOf(remove)).toBe('0A000');
      await database.sql(`SET LOCAL session_replication_role = replica`);
      expect(await codeOf(remove)).toBe('0A000');
    });

    it('is removed, and stays that', async () => {
      await markRemoved(database, 'kept');
      expect(await codeOf(`UPDATE lastgood.prompt_templates SET status = 'active'`)).toBe('0A000');
      expect(await codeOf(insert('prompt_templates', { node_name: `'kept'` }))).toBe('23505');
      expect(await codeOf(insert('prompt_templates', { node_name: `'kept'`, version: '2' }))).toBeUndefined();
    });

    it('takes no label once it is removed (PR-8)', async () => {
      await putTemplate(database, { node: 'kept', version: 2, labels: [] });
      await database.sql(`UPDATE lastgood.prompt_templates SET status = 'removed' WHERE version = 2`);
      expect(await codeOf(insert('prompt_labels', { version: '2' }))).toBe('23514');
      expect(await codeOf('UPDATE lastgood.prompt_labels SET version = 2')).toBe('23514');
      await database.sql(`SET LOCAL session_replication_role = replica`);
      expect(await codeOf(insert('prompt_labels', { version: '2' }))).toBe('23514');
      expect(await codeOf(insert('prompt_labels'))).toBeUndefined();
    });
  });

  describe('changes', () => {
    it.each(tables)('of %s are counted once, under their scope (CO-2)', async (table) => {
      const scope = `changed ${scopes[table]}`;
      expect(await logged(() => database.sql(insert(table)))).toEqual({ raised: 1, log: [scope] });
    });

    it.each(tables)('of %s cannot be made by TRUNCATE', async (table) => {
      expect(await codeOf(`TRUNCATE lastgood.${table} CASCADE`)).toBe('0A000');
    });

    it('of many tables in a transaction are one version', async () => {
      const { raised, log } = await logged(async () => {
        for (const table of tables) await database.sql(insert(table));
      });
      expect(raised).toBe(1);
      expect(log).toEqual([...new Set(Object.values(scopes))].map((scope) => `changed ${scope}`).toSorted());
    });

    it('that change nothing are not counted', async () => {
      const nothing = `UPDATE lastgood.user_placeholder_settings SET value = value`;
      expect(await logged(() => database.sql(nothing))).toEqual({ raised: 0, log: [] });
      const nobodys = `DELETE FROM lastgood.user_placeholder_settings WHERE user_id = 'nobody'`;
      expect(await logged(() => database.sql(nobodys))).toEqual({ raised: 0, log: [] });
    });

    it('of a setting name the person alone', async () => {
      const { log } = await logged(() => putSettings(database, 'ann', { tone: 'grave' }));
      expect(log).toEqual(['changed prompt-user:ann']);
    });
  });

  describe('what is taken away is purged, in the version that takes it away (CO-13)', () => {
    it('a setting that is deleted', async () => {
      const remove = `DELETE FROM lastgood.user_placeholder_settings WHERE user_id = 'ann' AND placeholder = 'tone'`;
      expect(await logged(() => database.sql(remove))).toEqual({
        raised: 1,
        log: ['changed prompt-user:ann', 'purged prompt-user:ann'],
      });
    });

    it('settings of several people', async () => {
      const { raised, log } = await logged(() =>
        database.sql(`DELETE FROM lastgood.user_placeholder_settings`),
      );
      expect(raised).toBe(1);
      expect(log.filter((line) => line.startsWith('purged'))).toEqual([
        'purged prompt-user:ann',
        'purged prompt-user:bob',
      ]);
    });

    it('a label that is deleted', async () => {
      expect(await logged(() => database.sql('DELETE FROM lastgood.prompt_labels'))).toEqual({
        raised: 1,
        log: ['changed prompt:kept', 'purged prompt:kept'],
      });
    });

    it('a label that gets another name, and a setting that becomes another person’s', async () => {
      const { log } = await logged(async () => {
        await database.sql(`UPDATE lastgood.prompt_labels SET label = 'another'`);
        await database.sql(
          `UPDATE lastgood.user_placeholder_settings SET user_id = 'carl' WHERE user_id = 'ann'`,
        );
      });
      expect(log.filter((line) => line.startsWith('purged'))).toEqual([
        'purged prompt-user:ann',
        'purged prompt:kept',
      ]);
    });

    it('a template that is removed, even with session_replication_role set', async () => {
      await database.sql(`SET LOCAL session_replication_role = replica`);
      expect(await logged(() => markRemoved(database, 'kept'))).toEqual({
        raised: 1,
        log: ['changed prompt:kept', 'purged prompt:kept'],
      });
    });

    it('and nothing else: a label that moves, or a value that changes', async () => {
      await putTemplate(database, { node: 'kept', version: 2, labels: [] });
      const { log } = await logged(async () => {
        await putLabel(database, { node: 'kept', label: 'production', version: 2 });
        await putSettings(database, 'ann', { tone: 'grave' });
      });
      expect(log.filter((line) => line.startsWith('purged'))).toEqual([]);
    });
  });

  it('keep a placeholder that somebody has set', async () => {
    expect(await codeOf(`DELETE FROM lastgood.placeholders WHERE name = 'tone'`)).toBe('23503');
    const { message } = await refusalOf(
      database.sql(`DELETE FROM lastgood.placeholders WHERE name = 'town'`),
    );
    expect(message).not.toContain('Perth');
  });
});
