import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS, type Settings } from '../src/platform/config/index.js';
import {
  deleteOthers,
  deleteSettings,
  putSettings as putSettingsSql,
  settingsOf as settingsSql,
} from '../src/features/prompts/people/person-settings.sql.js';
import type { Ask } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import {
  askAs,
  fillPeopleLibrary,
  peopleEnv,
  personPath,
  promptsVersion,
  putSettings,
  settingsOf,
  tokenOf,
} from './support/prompt-people-rig.js';
import { TestApp } from './support/test-app.js';

const put = (placeholders: object): Ask => ({ method: 'PUT', body: { placeholders } });

describe('what people set for themselves (PR-7)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start({ env: peopleEnv });
    await fillPeopleLibrary(lastgood);
  });
  afterAll(() => lastgood.dispose());

  const routes: [rest: string, ask: Ask, status: number][] = [
    ['placeholders', put({ tone: 'calm', depth: 'deep' }), 200],
    ['placeholders', {}, 200],
    ['placeholders', { method: 'HEAD' }, 200],
    ['apply-profile', { method: 'POST', body: { profile: 'plain' } }, 200],
    ['placeholders/tone', { method: 'DELETE' }, 204],
    ['placeholders', { method: 'DELETE' }, 204],
  ];

  it.each(routes)('%s (%#) is for the person and for admins alone', async (rest, ask, status) => {
    const path = personPath('ann', rest);
    const asToken = async (token: Promise<string>) =>
      (await lastgood.ask(path, { ...ask, as: null, headers: { authorization: `Bearer ${await token}` } }))
        .status;
    expect([await asToken(tokenOf('ann')), await asToken(tokenOf('root', 'admin'))]).toEqual([
      status,
      status,
    ]);
    expect((await lastgood.ask(path, { ...ask, as: 'admin' })).status).toBe(status);
    const others = ['bob', 'Ann', 'ann/x'].map((sub) => asToken(tokenOf(sub)));
    expect(await Promise.all(others)).toEqual([403, 403, 403]);
    for (const role of ['client', 'viewer', 'editor', 'writer'] as const)
      expect((await lastgood.ask(path, { ...ask, as: role })).status).toBe(403);
    expect((await lastgood.ask(path, { ...ask, as: null })).status).toBe(401);
  });

  it('tells nobody else whether there is such a person, nor what is wrong with what they sent', async () => {
    await putSettings(lastgood, 'ann', { tone: 'calm' });
    const told = await Promise.all(
      [
        ['ann', {}],
        ['nobody', {}],
        ['not an id', {}],
        ['ann', put({ unknown: '' })],
        ['ann', { method: 'PUT', body: '{' }],
      ].map(async ([id, ask]) => {
        const { status, body } = await askAs(lastgood, 'bob', personPath(id as string), ask as Ask);
        return { status, code: body.code, detail: body.detail };
      }),
    );
    const { status, code, detail } = told[0]!;
    expect({ status, code, detail }).toEqual({
      status: 403,
      code: 'forbidden',
      detail: 'This needs the role "admin"',
    });
    for (const each of told.slice(0, 4)) expect(each).toEqual(told[0]);
  });

  it('puts the whole set: what is not named goes, and whoever set nothing has an empty set', async () => {
    expect(await settingsOf(lastgood, 'new')).toEqual({});
    const first = await putSettings(lastgood, 'new', { tone: 'calm', depth: 'deep' });
    expect(first).toMatchObject({
      status: 200,
      body: {
        user_id: 'new',
        placeholders: { depth: 'deep', tone: 'calm' },
        min_version: expect.stringMatching(/^.+:\d+$/),
        served: true,
      },
    });
    await putSettings(lastgood, 'new', { greeting: '{{ x }} {% raw %} ß😀\n', tone: 'calmer' });
    expect(await settingsOf(lastgood, 'new')).toEqual({
      greeting: '{{ x }} {% raw %} ß😀\n',
      tone: 'calmer',
    });
    await putSettings(lastgood, 'new', {});
    expect(await settingsOf(lastgood, 'new')).toEqual({});
  });

  it('gives the person what they just wrote, labelled, and 304 to whoever has it', async () => {
    await putSettings(lastgood, 'reader', { tone: 'one' });
    await settingsOf(lastgood, 'reader');
    for (const tone of ['two', 'three', 'four']) {
      const written = await putSettings(lastgood, 'reader', { tone });
      const headers = { 'x-min-version': written.body.min_version };
      const { body, headers: told } = await askAs(lastgood, 'reader', personPath('reader'), { headers });
      expect(body).toMatchObject({ user_id: 'reader', placeholders: { tone }, meta: { is_stale: false } });
      expect(told.get('cache-control')).toMatch(/^private, max-age=0/);
      const again = { 'if-none-match': told.get('etag')! };
      const same = await askAs(lastgood, 'reader', personPath('reader'), { headers: again });
      expect([same.status, same.text]).toEqual([304, '']);
    }
  });

  it.each(['9223372036854775807', '-5', 'a/b', 'ann@example.org', 'ж'.repeat(200), 'a%20b', '?&#'])(
    'takes a person called %s (PR-1)',
    async (id) => {
      expect((await putSettings(lastgood, id, { tone: id })).status).toBe(200);
      expect(await settingsOf(lastgood, id)).toEqual({ tone: id });
    },
  );

  it.each([
    ['9223372036854775808', 400],
    ['007', 400],
    ['a b', 400],
    ['ж'.repeat(201), 414],
  ])('refuses a person called %s (PR-1)', async (id, status) => {
    expect((await lastgood.ask(personPath(id), { as: 'admin' })).status).toBe(status);
  });

  it('tells everything that is wrong, does none of it, and repeats nothing of the texts (PR-9)', async () => {
    await putSettings(lastgood, 'ann', { tone: 'calm' });
    const before = await promptsVersion(lastgood);
    const refused = async (placeholders: object) => {
      const { status, body, text } = await putSettings(lastgood, 'ann', placeholders);
      expect([status, body.code, text.includes('my secret')]).toEqual([422, 'prompt-invalid', false]);
      return body.faults!.map(({ path }) => path);
    };
    expect(await refused({ tone: '', depth: `my secret ${'x'.repeat(8_192)}` })).toEqual([
      'placeholders.tone',
      'placeholders.depth',
    ]);
    expect(await refused({ tone: 'my secret', nope: 'my secret', nor_this: 'x' })).toEqual([
      'placeholders.nope',
      'placeholders.nor_this',
    ]);
    expect(await refused({ 'my secret': 'tone' })).toEqual(['placeholders']);
    for (const body of [{ placeholders: { tone: 5 } }, { placeholders: {}, more: 1 }, {}, []])
      expect((await askAs(lastgood, 'ann', personPath('ann'), { method: 'PUT', body })).status).toBe(400);
    expect(await settingsOf(lastgood, 'ann')).toEqual({ tone: 'calm' });
    expect(await promptsVersion(lastgood)).toBe(before);
  });

  it('takes 100 settings of 8 KB, and not 101 (PR-9)', async () => {
    const names = Array.from({ length: 101 }, (_, at) => `many_${at}`);
    await lastgood.sql(`INSERT INTO lastgood.placeholders SELECT n, 'x' FROM unnest($1::text[]) AS n`, [
      names,
    ]);
    const settings = Object.fromEntries(names.map((name) => [name, 'ж'.repeat(4_096)]));
    expect((await putSettings(lastgood, 'much', settings)).status).toBe(422);
    const { many_100: _, ...most } = settings;
    expect((await putSettings(lastgood, 'much', most)).status).toBe(200);
    expect(await settingsOf(lastgood, 'much')).toEqual(most);
    const one = { profile: 'tutor' };
    const apply = { method: 'POST', body: one };
    const applied = await askAs(lastgood, 'much', personPath('much', 'apply-profile'), apply);
    expect([applied.status, applied.body.code]).toEqual([422, 'prompt-invalid']);
    expect(await settingsOf(lastgood, 'much')).toEqual(most);
  });

  it('drops no setting, whatever its name means elsewhere (PR-1)', async () => {
    const settings = { constructor: 'a', first: 'b', prototype: 'c', size: 'd' };
    await lastgood.sql(`INSERT INTO lastgood.placeholders SELECT n, 'x' FROM unnest($1::text[]) AS n`, [
      Object.keys(settings),
    ]);
    expect((await putSettings(lastgood, 'odd', settings)).body.placeholders).toEqual(settings);
    expect(await settingsOf(lastgood, 'odd')).toEqual(settings);
  });

  it('counts no change where nothing changes', async () => {
    await putSettings(lastgood, 'ann', { tone: 'calm', depth: 'deep' });
    const before = await promptsVersion(lastgood);
    const again = await putSettings(lastgood, 'ann', { depth: 'deep', tone: 'calm' });
    expect(again.body.min_version).toMatch(new RegExp(`:${before}$`));
    for (const rest of ['placeholders/greeting', 'placeholders/nothing'])
      expect((await askAs(lastgood, 'ann', personPath('ann', rest), { method: 'DELETE' })).status).toBe(204);
    expect((await askAs(lastgood, 'none', personPath('none'), { method: 'DELETE' })).status).toBe(204);
    expect(await promptsVersion(lastgood)).toBe(before);
  });

  it('keeps one whole set of two that are put at once, never a mix', async () => {
    const sets = ['a', 'b', 'c', 'd'].map((by) => ({
      tone: by,
      depth: by,
      ...(by < 'c' && { greeting: by }),
    }));
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(sets.map((each) => putSettings(lastgood, 'ann', each)));
      for (const [at, { status, body }] of answers.entries())
        expect([status, body.placeholders]).toEqual([200, sets[at]]);
      const kept = await lastgood.sql<{ placeholder: string; value: string }>(
        `SELECT placeholder, value FROM lastgood.user_placeholder_settings WHERE user_id = 'ann'`,
      );
      expect(sets).toContainEqual(Object.fromEntries(kept.map((row) => [row.placeholder, row.value])));
    }
  });

  it("copies a profile's values, leaves what it does not name, and is not followed afterwards", async () => {
    await putSettings(lastgood, 'ann', { tone: 'calm', greeting: 'hello' });
    const ask = { method: 'POST', body: { profile: 'tutor' } };
    const { status, body } = await askAs(lastgood, 'ann', personPath('ann', 'apply-profile'), ask);
    const applied = { tone: 'warm and patient', depth: 'down to the ground', greeting: 'hello' };
    expect([status, body]).toMatchObject([200, { user_id: 'ann', placeholders: applied, served: true }]);
    const change = `UPDATE lastgood.placeholder_values SET value = 'other' WHERE (placeholder, name) = ('depth', 'deep')`;
    await lastgood.sql(change);
    expect(await settingsOf(lastgood, 'ann')).toEqual(applied);
    const unknown = { method: 'POST', body: { profile: 'nobodys' } };
    const refused = await askAs(lastgood, 'ann', personPath('ann', 'apply-profile'), unknown);
    expect([refused.status, refused.body.code]).toEqual([422, 'prompt-invalid']);
  });

  it('finds a person among many by an index, also to change them', async () => {
    await lastgood.sql(`INSERT INTO lastgood.user_placeholder_settings (user_id, placeholder, value)
      SELECT 'many' || n, p.name, 'x' FROM generate_series(1, 5000) n, lastgood.placeholders p
      WHERE p.name IN ('tone', 'depth', 'greeting')`);
    await lastgood.sql('ANALYZE lastgood.user_placeholder_settings');
    for (const [statement, ...parameters] of [
      [settingsSql, 'many7'],
      [deleteOthers, 'many7', ['tone']],
      [deleteSettings, 'many7', null],
      [deleteSettings, 'many7', 'tone'],
      [putSettingsSql, 'many7', ['tone'], ['y']],
    ] as const) {
      const plan = await lastgood.sql<Record<string, string>>(`EXPLAIN ${statement}`, parameters);
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toMatch(/Index|Arbiter/);
      expect(text).not.toContain('Seq Scan');
    }
  });

  it('leaves nothing of it in the log, in the audit log, or on disk', async () => {
    const marker = 'zzmarkerzz';
    await putSettings(lastgood, 'marked', { tone: marker });
    await settingsOf(lastgood, 'marked');
    await putSettings(lastgood, 'marked', { tone: '', depth: marker, [marker]: 'x', [`${marker} !`]: 'x' });
    await askAs(lastgood, 'marked', personPath('marked', 'placeholders/tone'), { method: 'DELETE' });
    expect(JSON.stringify(lastgood.logs)).not.toContain(marker);
    const audited = await lastgood.sql(`SELECT 1 FROM lastgood.audit_log a WHERE a::text ~ $1`, [marker]);
    expect(audited).toEqual([]);
    const changed = `SELECT 1 FROM lastgood.audit_log a WHERE a::text LIKE '%/users/%'`;
    expect(await lastgood.sql(changed)).toEqual([]);
    // What the library is kept in shows that the disk is used at all.
    await lastgood.ask('/api/v1/placeholders');
    const { dataDir } = lastgood.app.get<Settings>(SETTINGS);
    const kept = () =>
      readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((file) => join(dataDir, file));
    const holding = (text: string) =>
      kept().filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
    await pollUntil(() => holding('prompt-library').length > 0, 'the library is on disk');
    expect(holding(marker)).toEqual([]);
    expect(holding('prompt-settings')).toEqual([]);
  });
});
