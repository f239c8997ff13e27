import { ConfigDatabase } from '../../../../test/support/config-database.js';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { markRemoved, putLabel, putSettings, putTemplate } from '../../../../test/support/prompt-rows.js';
import { throughProxy } from '../../../../test/support/through-proxy.js';
import { StatementPool } from '../../../adapters/postgres/statement-pool.js';
import { Entry, type Loaded, type LoadRequest } from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import type { FaultMode } from '../../../testing/fault-mode.js';
import type { TcpFaultProxy } from '../../../testing/tcp-fault-proxy.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { SettingsRepository } from './settings.repository.js';
import { TemplateRepository } from './template.repository.js';

const { signal } = new AbortController();
const cold = { signal, endsAt: 1_000, held: undefined };
const holding = <T>(value: T): LoadRequest<T> => ({
  signal,
  endsAt: 1_000,
  held: new Entry('key', value, false, { asOf: null, scopes: [], confirmedAt: 0, maxAgeMs: 1 }),
});
const valueOf = <T>(loaded: Loaded<T>): T => {
  if (!('value' in loaded)) throw new Error('It is absent');
  return loaded.value;
};

/** As many as make a plan by index worth it, as in production. */
const crowd = `
INSERT INTO lastgood.prompt_templates (node_name, language, version, body, required_dynamic_placeholders)
SELECT 'crowd_' || n, l, v, 'x', '{}' FROM generate_series(1, 300) n, unnest(ARRAY['any', 'de', 'fr']) l, generate_series(1, 4) v;
INSERT INTO lastgood.prompt_labels (node_name, language, label, version)
SELECT 'crowd_' || n, l, b, 1 FROM generate_series(1, 300) n, unnest(ARRAY['any', 'de', 'fr']) l,
  unnest(ARRAY['production', 'staging']) b;
INSERT INTO lastgood.prompt_modes (node_name, local_share) SELECT 'crowd_' || n, 0.5 FROM generate_series(1, 2000) n;
INSERT INTO lastgood.placeholders SELECT 'p' || n, 'x' FROM generate_series(0, 9) n;
INSERT INTO lastgood.user_placeholder_settings
SELECT 'crowd-' || u, 'p' || n, 'x' FROM generate_series(1, 3000) u, generate_series(0, 9) n`;

describe('where templates and settings come from', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let pool: StatementPool;
  let templates: TemplateRepository;
  let settings: SettingsRepository;

  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
    const { proxy: before, proxied } = await throughProxy(database.url);
    proxy = before;
    pool = new StatementPool({ url: proxied, timeoutMs: 500, maxConnections: 2 });
    const reader = new StreamReader(pool);
    templates = new TemplateRepository(reader);
    settings = new SettingsRepository(reader);
    await database.sql(crowd);
    await database.sql('VACUUM ANALYZE');
    await putTemplate(database, {
      node: 'a_node',
      system: 'S',
      dynamic: ['b', 'a'],
      ttlSeconds: 60,
      allowStale: true,
    });
    await putTemplate(database, { node: 'a_node', language: 'zh-Hant', body: 'hant' });
    await putTemplate(database, { node: 'a_node', language: 'zh', body: 'zh' });
    await putSettings(database, 'ann', { tone: 'soft', constructor: 'x', town: '\u2028"\\é' });
  });
  afterAll(async () => {
    await pool.close();
    await proxy.close();
    await database.drop();
  });

  const load = (key: string) => templates.load(key, cold);
  const found = async (key: string) => {
    const { language, version } = valueOf(await load(key));
    return `${language} ${version}`;
  };

  it('load a template as it is served, with the point of the stream that it was read at', async () => {
    const { epoch, version, changeId } = await database.counter('prompts');
    expect(await load('a_node/any/production')).toEqual({
      value: {
        nodeName: 'a_node',
        language: 'any',
        label: 'production',
        version: 1,
        system: 'S',
        body: 'Hello, {{ name }}!',
        dynamicPlaceholders: ['b', 'a'],
        cacheTtlMs: 60_000,
        allowStale: true,
        localShare: 1,
      } satisfies PromptTemplate,
      asOf: { epoch, version, changeId },
      scopes: ['prompt:a_node'],
      maxAgeMs: 60_000,
    });
  });

  it.each([
    ['zh-Hant-TW', 'zh-Hant 1'],
    ['zh-Hant', 'zh-Hant 1'],
    ['zh-Hans', 'zh 1'],
    ['zh', 'zh 1'],
    ['de-AT', 'any 1'],
    ['any', 'any 1'],
  ])('find for %s the most specific language there is: %s', async (language, expected) => {
    expect(await found(`a_node/${language}/production`)).toBe(expected);
  });

  it('say that there is none, under that label or at all', async () => {
    const absent = { absent: true, asOf: await database.counter('prompts') };
    expect(await load('no_node/any/production')).toEqual({ ...absent, scopes: ['prompt:no_node'] });
    expect(await load('a_node/zh/staging')).toEqual({ ...absent, scopes: ['prompt:a_node'] });
  });

  it('follow a label, and pass by what was removed', async () => {
    await putTemplate(database, { node: 'b_node' });
    await putTemplate(database, { node: 'b_node', language: 'de', version: 1 });
    await putTemplate(database, { node: 'b_node', language: 'de', version: 2, labels: [] });
    expect(await found('b_node/de/production')).toBe('de 1');
    await putLabel(database, { node: 'b_node', language: 'de', label: 'production', version: 2 });
    expect(await found('b_node/de/production')).toBe('de 2');
    await database.sql(`UPDATE lastgood.prompt_templates SET status = 'removed'
      WHERE node_name = 'b_node' AND language = 'de' AND version = 2`);
    expect(await found('b_node/de/production')).toBe('any 1');
    await markRemoved(database, 'b_node');
    expect(await load('b_node/de/production')).toMatchObject({ absent: true });
  });

  it('tell the share of people whose prompts are rendered where they are asked for', async () => {
    expect(valueOf(await load('crowd_7/any/production')).localShare).toBe(0.5);
  });

  it('load what a person set, and of whoever set nothing an empty set (PR-6)', async () => {
    const asOf = await database.counter('prompts');
    expect(await settings.load('ann', cold)).toEqual({
      value: { tone: 'soft', constructor: 'x', town: '\u2028"\\é' },
      asOf,
      scopes: ['prompt-user:ann'],
    });
    expect(await settings.load('nobody', cold)).toEqual({ value: {}, asOf, scopes: ['prompt-user:nobody'] });
  });

  it('keep the object that is held while nothing of it changed', async () => {
    const template = valueOf(await load('a_node/any/production'));
    const set = valueOf(await settings.load('ann', cold));
    expect(valueOf(await templates.load('a_node/any/production', holding(template)))).toBe(template);
    expect(valueOf(await settings.load('ann', holding(set)))).toBe(set);
    const other: PersonSettings = { ...set, tone: 'other' };
    expect(valueOf(await settings.load('ann', holding(other)))).toEqual(set);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['a template', 'prompt_labels_pkey', () => load('crowd_7/de-AT/production')],
    ['settings', 'user_placeholder_settings_pkey', () => settings.load('crowd-7', cold)],
  ])('ask one statement for %s, of indexes alone (%s)', async (_, index, loadOne) => {
    const rows = jest.spyOn(pool, 'rows');
    await loadOne();
    expect(rows).toHaveBeenCalledTimes(1);
    const [statement, parameters] = rows.mock.calls[0]!;
    rows.mockRestore();
    const plan = JSON.stringify(await database.sql(`EXPLAIN (FORMAT JSON) ${statement}`, parameters));
    const sequential = [...plan.matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g)];
    // The counter is a page: there is nothing quicker than to read it.
    expect(sequential.map(([, table]) => table).filter((table) => table !== 'change_counter')).toEqual([]);
    expect(plan).toContain(`"Index Name":"${index}"`);
  });

  describe('while the database is away (PR-6)', () => {
    afterEach(() => proxy.mode('pass'));

    it.each<FaultMode>(['refuse', 'reset', 'black-hole', 'half-open'])(
      'fail with %s, rather than tell of nothing',
      async (mode) => {
        await load('a_node/any/production');
        await proxy.mode(mode);
        for (const loading of [
          settings.load('ann', cold),
          settings.load('nobody', cold),
          load('no_node/any/x'),
        ]) {
          await expect(loading).rejects.toHaveProperty('message');
        }
        await proxy.mode('pass');
        const works = () => settings.load('ann', cold).then(valueOf, () => null);
        await pollUntil(async () => (await works())?.['tone'] === 'soft', 'it is asked again');
      },
    );

    it('fail where the rows cannot be read', async () => {
      await database.sql('ALTER TABLE lastgood.user_placeholder_settings RENAME TO hidden');
      const refused = settings.load('ann', cold);
      await expect(refused).rejects.toThrow('does not exist');
      await database.sql('ALTER TABLE lastgood.hidden RENAME TO user_placeholder_settings');
    });

    it('fail where the stream is not there, whatever rows there are', async () => {
      const session = await database.session();
      await session.query(`ALTER TABLE lastgood.change_counter RENAME COLUMN stream TO other`);
      await expect(settings.load('ann', cold)).rejects.toHaveProperty('message');
      await session.query(`ALTER TABLE lastgood.change_counter RENAME COLUMN other TO stream`);
    });
  });
});
