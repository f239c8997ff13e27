import { pollUntil } from './support/poll-until.js';
import { fillPeopleLibrary, peopleEnv, promptsVersion, putSettings } from './support/prompt-people-rig.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

interface Named {
  readonly name: string;
}
const reason = 'a test';
const removal = (path: string) => `${path}?reason=${encodeURIComponent(reason)}`;

describe('what people choose from (PR-7)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start({ env: peopleEnv });
    await fillPeopleLibrary(lastgood);
  });
  afterAll(() => lastgood.dispose());

  const put = (path: string, body: object, as: 'editor' | 'viewer' = 'editor') =>
    lastgood.ask(path, { method: 'PUT', as, body: { reason, ...body } });
  const remove = (path: string) => lastgood.ask(removal(path), { method: 'DELETE', as: 'editor' });
  const named = async (kind: 'placeholders' | 'profiles', name: string) => {
    const { body } = await lastgood.ask<Record<string, readonly Named[]>>(`/api/v1/${kind}`);
    return body[kind]!.find((each) => each.name === name);
  };
  const faultsOf = ({ body }: { body: unknown }) =>
    (body as { faults: { path: string; message: string }[] }).faults.map(
      ({ path, message }) => `${path}: ${message}`,
    );

  it('is told with all its values, labelled, and not sent again to whoever has it', async () => {
    expect(await named('placeholders', 'tone')).toEqual({
      name: 'tone',
      description: 'How it sounds',
      values: { dry: 'dry and exact', warm: 'warm and patient' },
    });
    expect(await named('placeholders', 'greeting')).toMatchObject({ values: {} });
    expect(await named('profiles', 'tutor')).toEqual({
      name: 'tutor',
      category: 'style',
      description: 'A patient tutor',
      values: { depth: 'deep', tone: 'warm' },
    });
    for (const path of ['/api/v1/placeholders', '/api/v1/profiles']) {
      const { body, headers } = await lastgood.ask(path);
      expect(body.meta).toMatchObject({ is_stale: false, reason: 'fresh' });
      expect(headers.get('cache-status')).toMatch(/^lastgood; (hit|fwd=miss)/);
      const again = await lastgood.ask(path, { headers: { 'if-none-match': headers.get('etag')! } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', headers.get('etag')]);
    }
  });

  it('is changed by editors, and served changed at once by who was told', async () => {
    const pace = { description: 'How fast', values: { slow: 'step by step', fast: 'quickly' } };
    expect((await put('/admin/placeholders/pace', pace, 'viewer')).status).toBe(403);
    const made = await put('/admin/placeholders/pace', pace);
    expect(made).toMatchObject({ status: 200, body: { changed: true, served: true } });
    expect(await named('placeholders', 'pace')).toEqual({ name: 'pace', ...pace });
    const less = { description: 'How fast', values: { slow: 'slowly' } };
    await put('/admin/placeholders/pace', less);
    expect(await named('placeholders', 'pace')).toEqual({ name: 'pace', ...less });
    const profile = { category: 'subject', description: 'Slow', values: { pace: 'slow', tone: 'dry' } };
    await put('/admin/profiles/slow', profile);
    expect(await named('profiles', 'slow')).toEqual({ name: 'slow', ...profile });
    const other = { ...profile, values: { tone: 'warm' } };
    await put('/admin/profiles/slow', other);
    expect(await named('profiles', 'slow')).toEqual({ name: 'slow', ...other });
    expect((await remove('/admin/profiles/slow')).body.changed).toBe(true);
    expect((await remove('/admin/placeholders/pace')).body.changed).toBe(true);
    expect([await named('profiles', 'slow'), await named('placeholders', 'pace')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('counts no change where nothing changes, and audits none', async () => {
    const one = { description: 'One', values: { a: 'text' } };
    await put('/admin/placeholders/one', one);
    const before = await promptsVersion(lastgood);
    const audited = () => lastgood.sql(`SELECT 1 FROM lastgood.audit_log WHERE target ~ 'one|none'`);
    const { length } = await audited();
    const again = await put('/admin/placeholders/one', one);
    expect([again.status, again.body.changed]).toEqual([200, false]);
    expect((await remove('/admin/placeholders/none')).body.changed).toBe(false);
    expect((await remove('/admin/profiles/none')).body.changed).toBe(false);
    expect([await promptsVersion(lastgood), (await audited()).length]).toEqual([before, length]);
    expect(length).toBe(1);
  });

  it('is refused with everything that is wrong, and then stands as it was', async () => {
    const before = await promptsVersion(lastgood);
    const values = { tone: 'warm', depth: 'shallow', nope: 'x' };
    const profile = await put('/admin/profiles/tutor', { category: 'style', description: 'x', values });
    expect([profile.status, faultsOf(profile)]).toEqual([
      422,
      ['values.depth: the placeholder has no such value', 'values.nope: there is no such placeholder'],
    ]);
    const texts = { empty: '', long: 'x'.repeat(8_193), good: 'x' };
    const placeholder = await put('/admin/placeholders/tone', { description: 'x', values: texts });
    expect([placeholder.status, faultsOf(placeholder)]).toEqual([
      422,
      [
        'values.empty: must have 1 to 8192 bytes, and has 0',
        'values.long: must have 1 to 8192 bytes, and has 8193',
      ],
    ]);
    const used = await put('/admin/placeholders/tone', { description: 'x', values: { dry: 'x' } });
    expect([used.status, faultsOf(used)]).toEqual([422, ['values.warm: the profile tutor names it']]);
    for (const body of [
      { description: '', values: {} },
      { description: 'x', values: {}, reason: 'x' },
    ])
      expect((await put('/admin/placeholders/tone', body)).status).toBe(400);
    const category = { category: 'mood', description: 'x', values: {} };
    expect((await put('/admin/profiles/tutor', category)).status).toBe(400);
    expect(await promptsVersion(lastgood)).toBe(before);
  });

  it('is not removed while a template, a profile or a person uses it, and tells which', async () => {
    await putSettings(lastgood, 'ann', { depth: 'deep' });
    await putSettings(lastgood, 'bob', { depth: 'flat' });
    await lastgood.sql(`
      INSERT INTO lastgood.prompt_templates (node_name, language, version, body, required_dynamic_placeholders) VALUES
        ('uses_it', 'any', 1, 'Go {{ depth }}', '{}'), ('uses_it', 'any', 2, 'Go', '{}'),
        ('makes_it', 'any', 1, '{{ depth }}', '{depth}'), ('says_it', 'any', 1, 'depth {% raw %}{{ depth }}{% endraw %}', '{}'),
        ('not_served', 'any', 1, '{{ depth }}', '{}');
      INSERT INTO lastgood.prompt_labels (node_name, language, label, version, previous_version) VALUES
        ('uses_it', 'any', 'production', 2, 1), ('makes_it', 'any', 'production', 1, NULL),
        ('says_it', 'any', 'production', 1, NULL)`);
    const refused = await remove('/admin/placeholders/depth');
    expect([refused.status, faultsOf(refused)]).toEqual([
      422,
      [
        'templates.uses_it/any: version 1 uses it',
        'profiles.tutor: names one of its values',
        'people: 2 have set it',
      ],
    ]);
    await lastgood.sql(`DELETE FROM lastgood.prompt_labels WHERE node_name = 'uses_it'`);
    await lastgood.sql(`DELETE FROM lastgood.profile_values WHERE placeholder = 'depth'`);
    expect((await remove('/admin/placeholders/depth')).status).toBe(422);
    await lastgood.sql(`DELETE FROM lastgood.user_placeholder_settings WHERE placeholder = 'depth'`);
    expect((await remove('/admin/placeholders/depth')).body.changed).toBe(true);
  });

  it('is audited by hashes, with who and why, and no text of it', async () => {
    const marker = 'zzmarkerzz';
    const text = { description: marker, values: { a: marker } };
    const { body } = await put('/admin/placeholders/audited', text);
    await put('/admin/placeholders/audited', { ...text, values: { a: 'other' } });
    await remove('/admin/placeholders/audited');
    const rows = await lastgood.sql<Record<string, string | null>>(
      `SELECT action, reason, actor_role, before_sha256 AS before, after_sha256 AS after, version
       FROM lastgood.audit_log WHERE target = 'placeholder audited' ORDER BY at, version`,
    );
    expect(rows).toMatchObject([
      { action: 'PUT /admin/placeholders/:name', reason, actor_role: 'editor', before: null },
      { before: rows[0]!.after },
      { action: 'DELETE /admin/placeholders/:name', before: rows[1]!.after, after: null },
    ]);
    expect(rows[0]!.version).toBe(body.minVersion);
    expect(await lastgood.sql(`SELECT 1 FROM lastgood.audit_log a WHERE a::text ~ $1`, [marker])).toEqual([]);
    expect(JSON.stringify(lastgood.logs)).not.toContain(marker);
  });

  it('survives an outage, and a start in the middle of one', async () => {
    const dataDir = tempFolder('library');
    const env = { ...peopleEnv, DATA_DIR: dataDir };
    let other = await TestApp.start({ beside: lastgood, env });
    const names = async () => {
      const { status, body } = await other.ask<{ profiles: Named[] }>('/api/v1/profiles');
      return [status, body.profiles?.map(({ name }) => name)];
    };
    const before = await names();
    expect(before).toEqual([200, expect.arrayContaining(['plain', 'tutor'])]);
    await other.proxy.mode('reset');
    expect(await names()).toEqual(before);
    await other.dispose();
    other = await TestApp.start({
      beside: lastgood,
      env: { ...env, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' },
    });
    await pollUntil(async () => (await names())[0] === 200, 'it is served from disk');
    expect(await names()).toEqual(before);
    await other.dispose();
  });
});
