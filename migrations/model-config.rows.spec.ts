import { ConfigDatabase, insertPhase } from '../test/support/config-database.js';

type Values = Record<string, string>;

const model: Values = {
  id: `'x/model'`,
  display_name: `'X'`,
  family: `'x'`,
  max_context_tokens: '1',
  input_usd_per_mtok: '0',
  output_usd_per_mtok: '0',
};
const phase: Values = {
  phase: `'p'`,
  language: `'any'`,
  context_tier: `'standard'`,
  model_id: `'a/writer'`,
  temperature: '0',
  max_tokens: '1',
  max_context_tokens: '1',
  max_retries: '0',
};
const judge: Values = {
  language: `'ru'`,
  role: `'primary'`,
  model_id: `'c/judge'`,
  weight: '1',
  temperature: '0',
  max_tokens: '1',
  display_name: `'C'`,
};
const reserve: Values = { language: `'ru'`, reserve_percent: '0' };
const rows = { models: model, phase_configs: phase, judge_configs: judge, context_reserves: reserve };

const insert = (table: keyof typeof rows, over: Values = {}): string => {
  const values = { ...rows[table], ...over };
  return `INSERT INTO lastgood.${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`;
};

const generation: [string, string[], string[]][] = [
  ['temperature', ['-0.01', '2.01', `'NaN'`, `'Infinity'`, 'NULL'], ['0', '2']],
  ['max_tokens', ['0', '-1', '200001', 'NULL'], ['1', '200000']],
  ['timeout_ms', ['0', '999'], ['1000', 'NULL']],
];
const languages: [string, string[], string[]] = [
  'language',
  [`''`, `'RU'`, `'ru_RU'`, `'*'`, `'any '`, `E'ru\n'`, `'en-x' || repeat('-a', 16)`, 'NULL'],
  [`'zh-Hant-TW'`, `'fil'`, `'en-x' || repeat('-a', 15) || 'b'`],
];
const usd: [string[], string[]] = [
  ['-0.01', `'NaN'`, `'Infinity'`, 'NULL'],
  ['0', '0.1'],
];
const limits: Record<keyof typeof rows, [string, string[], string[]][]> = {
  models: [
    [
      'id',
      [`'x'`, `'/x'`, `'x/'`, `'x/y z'`, `E'x/y\n'`, `'x/' || repeat('y', 199)`, 'NULL'],
      [`'x/y:free'`, `'x/y/z'`],
    ],
    ['display_name', [`''`, `repeat('x', 201)`], [`repeat('x', 200)`]],
    ['family', [`''`, 'NULL'], [`'y'`]],
    ['max_context_tokens', ['0', '-1', 'NULL'], ['1']],
    ['input_usd_per_mtok', ...usd],
    ['output_usd_per_mtok', ...usd],
    ['status', [`'dead'`, 'NULL'], [`'active'`, `'deprecated'`, `'retired'`]],
    ['replacement_id', [`'x/model'`], [`'a/writer'`, 'NULL']],
  ],
  phase_configs: [
    [
      'phase',
      [`''`, `'Stage'`, `'1a'`, `'a b'`, `E'a\n'`, `repeat('a', 101)`, 'NULL'],
      [`repeat('a', 100)`, `'stage_4'`],
    ],
    ['course_id', [`''`, `repeat('c', 201)`], [`repeat('c', 200)`, `' '`]],
    languages,
    ['context_tier', [`'huge'`, 'NULL'], [`'extended'`]],
    ['model_id', [`'no/model'`, 'NULL'], [`'b/writer'`]],
    ['fallback_model_id', [`'a/writer'`, `'no/model'`], [`'b/writer'`, 'NULL']],
    ...generation,
    ['max_context_tokens', ['0', 'NULL'], ['1']],
    ['quality_threshold', ['-0.01', '1.01', `'NaN'`], ['0', '1', 'NULL']],
    ['max_retries', ['-1', '11', 'NULL'], ['0', '10']],
    ['cache_read_enabled', ['NULL'], ['true']],
  ],
  judge_configs: [
    languages,
    ['role', [`'fourth'`, 'NULL'], [`'tiebreaker'`]],
    ['model_id', [`'no/model'`, 'NULL'], [`'d/judge'`]],
    ['fallback_model_id', [`'c/judge'`, `'no/model'`], [`'d/judge'`, 'NULL']],
    ['weight', ['0', '-0.1', '1.001', `'NaN'`, 'NULL'], ['0.001', '1']],
    ...generation,
    ['calibration_n', ['-1'], ['0', 'NULL']],
    ['kappa', ['-1.01', '1.01', `'NaN'`], ['-1', '1', 'NULL']],
  ],
  context_reserves: [languages, ['reserve_percent', ['-0.01', '1', `'NaN'`, 'NULL'], ['0', '0.999']]],
};

const cases = Object.entries(limits).flatMap(([table, columns]) =>
  columns.map(([column, bad, good]) => ({ table, column, bad, good })),
);

describe('rows of the model configuration', () => {
  let database: ConfigDatabase;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
  });
  beforeEach(() => database.sql('BEGIN'));
  afterEach(() => database.sql('ROLLBACK'));
  afterAll(() => database.drop());

  /** The SQLSTATE of a statement's refusal, or nothing; the transaction goes on either way. */
  async function tried(...statements: string[]): Promise<string | undefined> {
    await database.sql('SAVEPOINT tried');
    const refusal = await attempt(statements);
    await database.sql('ROLLBACK TO tried');
    return refusal;
  }
  async function attempt(statements: string[]): Promise<string | undefined> {
    try {
      for (const statement of statements) await database.sql(statement);
      await database.sql('SET CONSTRAINTS ALL IMMEDIATE');
      return undefined;
    } catch (error) {
      return Object(error).code;
    }
  }

  describe.each(cases)('$table: $column (MC-1 … MC-4)', ({ table, column, bad, good }) => {
    const withValue = (value: string) => insert(table as keyof typeof rows, { [column]: value });

    it.each(bad)('cannot be %s', async (value) => {
      expect(await tried(withValue(value))).toMatch(/^(23514|23502|23503)$/);
    });

    it.each(good)('can be %s', async (value) => {
      expect(await tried(withValue(value))).toBeUndefined();
    });
  });

  it('keeps a model that is still used', async () => {
    expect(await tried(`DELETE FROM lastgood.models WHERE id = 'a/writer'`)).toBe('23503');
    expect(await tried(`DELETE FROM lastgood.models WHERE id = 'c/judge'`)).toBe('23503');
  });

  it('lets two models name each other as replacements, in any order, by the end of a transaction', async () => {
    const both = [
      insert('models', { id: `'x/one'`, replacement_id: `'x/two'` }),
      insert('models', { id: `'x/two'`, replacement_id: `'x/one'` }),
    ];
    expect(await tried(...both)).toBeUndefined();
    expect(await tried(both[0]!)).toBe('23503');
  });

  describe('one phase row for each key (MC-2)', () => {
    const keys = ['NULL', `'c1'`, `'c2'`].flatMap((course_id) =>
      [`'any'`, `'ru'`, `'ru-RU'`].flatMap((language) =>
        [`'standard'`, `'extended'`].map((context_tier) => ({ course_id, language, context_tier })),
      ),
    );

    it.each(keys)('course $course_id, language $language, tier $context_tier', async (key) => {
      const row = insert('phase_configs', key);
      expect(await tried(row, row)).toBe('23505');
      expect(await tried(row, insert('phase_configs', { ...key, phase: `'q'` }))).toBeUndefined();
    });

    it('takes all of the keys beside each other', async () => {
      expect(await tried(...keys.map((key) => insert('phase_configs', key)))).toBeUndefined();
    });

    it('does not let a row move onto another', async () => {
      const move = `UPDATE lastgood.phase_configs SET course_id = NULL WHERE course_id = 'c1'`;
      const beside = [insert('phase_configs'), insert('phase_configs', { course_id: `'c1'` })];
      expect(await tried(...beside, move)).toBe('23505');
    });
  });

  describe('a panel (MC-3)', () => {
    const modelOf = (role: string) => `(SELECT model_id FROM lastgood.judge_configs WHERE role = '${role}')`;

    it('lets two judges swap their models in one statement', async () => {
      const swap = `UPDATE lastgood.judge_configs SET model_id = CASE role
        WHEN 'primary' THEN ${modelOf('secondary')} ELSE ${modelOf('primary')} END WHERE role <> 'tiebreaker'`;
      await database.sql(swap);
      const judges = await database.sql(`SELECT role, model_id FROM lastgood.judge_configs ORDER BY role`);
      expect(judges.map(({ model_id }) => model_id)).toEqual(['d/judge', 'c/judge', 'e/judge']);
    });

    it('gives no model two votes, and no role two judges', async () => {
      const twice = `UPDATE lastgood.judge_configs SET model_id = 'c/judge' WHERE role = 'secondary'`;
      expect(await tried(twice)).toBe('23505');
      expect(await tried(insert('judge_configs', { language: `'any'`, model_id: `'b/writer'` }))).toBe(
        '23505',
      );
      expect(await tried(insert('judge_configs'))).toBeUndefined();
    });
  });

  describe("a row's version, its ETag (MC-15)", () => {
    const versionOf = async (phaseName: string) =>
      Number(
        (await database.sql(`SELECT version FROM lastgood.phase_configs WHERE phase = '${phaseName}'`))[0]!
          .version,
      );

    it('rises when the row changes, and only then', async () => {
      await database.sql(insertPhase('p', null, 0.5));
      const made = await versionOf('p');
      await database.sql(`UPDATE lastgood.phase_configs SET temperature = 0.5 WHERE phase = 'p'`);
      expect(await versionOf('p')).toBe(made);
      await database.sql(`UPDATE lastgood.phase_configs SET temperature = 0 WHERE phase = 'p'`);
      expect(await versionOf('p')).toBeGreaterThan(made);
    });

    it('cannot be chosen, nor can the moment of the change', async () => {
      await database.sql(insertPhase('p'));
      const made = await versionOf('p');
      await database.sql(
        `UPDATE lastgood.phase_configs SET version = 1, updated_at = 'epoch' WHERE phase = 'p'`,
      );
      expect(await versionOf('p')).toBe(made);
      await database.sql(
        `UPDATE lastgood.phase_configs SET version = 1, updated_at = 'epoch', max_retries = 1`,
      );
      const [row] = await database.sql(
        `SELECT version::float8, updated_at FROM lastgood.phase_configs WHERE phase = 'p'`,
      );
      expect(row!.version).toBeGreaterThan(made);
      expect(row!.updated_at.getTime()).toBeGreaterThan(Date.now() - 60_000);
    });

    it('is never that of a row which was deleted and made again', async () => {
      await database.sql(insertPhase('p'));
      const seen = [await versionOf('p')];
      for (let n = 0; n < 3; n++) {
        await database.sql(`DELETE FROM lastgood.phase_configs WHERE phase = 'p'`);
        await database.sql(insertPhase('p'));
        seen.push(await versionOf('p'));
      }
      expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    });
  });
});
