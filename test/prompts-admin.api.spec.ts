import { PromptEditor, type PromptProblem } from './support/prompt-editor.js';
import { TestApp } from './support/test-app.js';

const reason = 'a test';
/** Stands in templates, settings and contexts here, and may stand nowhere else. */
const marker = 'xylophone-marker';

describe('prompts as editors change them (PR-8)', () => {
  let lastgood: TestApp;
  let prompts: PromptEditor;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    prompts = new PromptEditor(lastgood);
  });

  afterAll(() => lastgood.dispose());

  describe('a version', () => {
    it('is made with who, when and why, and what every context has to give (PR-1, PR-5)', async () => {
      const body = { template: `${marker} {{ style }} {{ second }} {{ first }}`, system: 'Be {{ style }}.' };
      const made = await prompts.create('made', body, 'editor');
      expect(made).toMatchObject({
        status: 201,
        body: { version: 1, isNew: true, moved: [], dynamicPlaceholders: ['first', 'second'] },
      });
      const { versions } = (await prompts.show('made')).body;
      expect(versions).toEqual([
        expect.objectContaining({
          version: 1,
          status: 'active',
          reason,
          createdBy: expect.stringMatching(/^the editor \(\w{8}\)$/),
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          bytes: Buffer.byteLength(body.template + body.system),
        }),
      ]);
      expect(await prompts.show('made/versions/1')).toMatchObject({
        status: 200,
        body: {
          ...body,
          dynamicPlaceholders: ['first', 'second'],
          cacheTtlSeconds: 3_600,
          allowStale: false,
        },
      });
    });

    it('is not made twice of the same content; its labels are moved all the same', async () => {
      await prompts.create('same', { template: 'one' });
      const again = await prompts.create('same', { template: 'one', labels: ['staging'] });
      expect(again).toMatchObject({ status: 200, body: { version: 1, isNew: false } });
      expect(again.body.moved).toEqual([{ label: 'staging', version: 1, previousVersion: null }]);
      const before = await lastgood.sql(
        `SELECT version FROM lastgood.change_counter WHERE stream = 'prompts'`,
      );
      const third = await prompts.create('same', { template: 'one', labels: ['staging'] });
      expect(third.body.moved).toEqual([]);
      expect(
        await lastgood.sql(`SELECT version FROM lastgood.change_counter WHERE stream = 'prompts'`),
      ).toEqual(before);
      expect((await prompts.create('same', { template: 'one', allowStale: true })).body.version).toBe(2);
      expect((await prompts.create('same', { template: 'one', cacheTtlSeconds: 1 })).body.version).toBe(3);
    });

    it('gets a number of its own from each of many at the same time', async () => {
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, at) => prompts.create('crowd', { template: `text ${at}` })),
      );
      expect(made.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
      expect(made.map(({ body }) => body.version).toSorted((one, other) => one - other)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    });

    it('counts for itself in each language', async () => {
      await prompts.create('spoken', { template: 'any' });
      expect((await prompts.create('spoken', { template: 'russisch', language: 'ru' })).body.version).toBe(1);
      expect((await prompts.show<{ template: string }>('spoken/versions/1?language=ru')).body.template).toBe(
        'russisch',
      );
      expect((await prompts.show('spoken?language=ru')).body.versions).toHaveLength(1);
      expect((await prompts.show('spoken')).body.versions).toHaveLength(2);
    });

    it('is refused with everything that is wrong with it, and nothing is stored (PR-5)', async () => {
      const body = {
        template: `{{ styel }} {{ text }} ${marker}`,
        dynamicPlaceholders: ['text', 'unused'],
        labels: ['staging'],
      };
      const { status, body: problem } = await prompts.create<PromptProblem>('typo', body);
      expect([status, problem.code]).toEqual([422, 'prompt-invalid']);
      expect(problem.faults).toEqual([
        { path: 'template', message: expect.stringContaining('styel') },
        { path: 'dynamicPlaceholders', message: expect.stringContaining('unused') },
      ]);
      expect(JSON.stringify(problem)).not.toContain(marker);
      expect((await prompts.show<PromptProblem>('typo')).status).toBe(404);
      const broken = await prompts.create<PromptProblem>('typo', {
        template: '{% include "x" %}',
        system: '{{ a | nothing }}',
      });
      expect(broken.status).toBe(422);
      expect(new Set(broken.body.faults?.map(({ path }) => path))).toEqual(new Set(['template', 'system']));
    });

    it.each(['\0', '\ud800'])('holds nothing that the database cannot store (%j)', async (character) => {
      const { status, body } = await prompts.create<PromptProblem>('stored', { template: `x${character}` });
      expect([status, body.code]).toEqual([422, 'prompt-invalid']);
    });

    it('has at most 64 KB and 100 placeholders, and the answer names field and limit (PR-9)', async () => {
      const large = await prompts.create<PromptProblem>('large', { template: 'é'.repeat(32_769) });
      expect([large.status, large.body.code]).toEqual([413, 'prompt-too-large']);
      expect(large.body.detail).toContain('65536 bytes');
      expect((await prompts.create('large', { template: '\u0001'.repeat(65_536) })).status).toBe(201);
      const names = (count: number) => Array.from({ length: count }, (_, at) => `{{ name_${at} }}`).join(' ');
      const many = await prompts.create<PromptProblem>('many', { template: names(101) });
      expect([many.status, many.body.faults?.[0]?.message]).toEqual([422, expect.stringContaining('100')]);
      expect((await prompts.create('many', { template: names(100) })).status).toBe(201);
    });

    it.each([
      ['reason', { reason: ' ' }],
      ['template', { template: '' }],
      ['language', { language: 'no language' }],
      ['cacheTtlSeconds', { cacheTtlSeconds: 2_592_001 }],
      ['labels', { labels: ['staging', 'staging'] }],
      ['labels.0', { labels: ['Staging'] }],
      ['dynamicPlaceholders.0', { dynamicPlaceholders: ['A'] }],
      ['', { extra: 1 }],
    ])('asks for a valid %s', async (path, body) => {
      const { status, body: problem } = await prompts.create<PromptProblem>('formed', {
        template: 'a text',
        ...body,
      });
      expect([status, problem.code]).toEqual([400, 'request-invalid']);
      expect(problem.faults?.map((fault) => fault.path)).toContain(path);
    });

    it('never changes: the database refuses it to psql as well (PR-1)', async () => {
      await prompts.create('frozen', { template: 'before' });
      const change = `UPDATE lastgood.prompt_templates SET body = 'after' WHERE node_name = 'frozen'`;
      await expect(lastgood.sql(change)).rejects.toThrow('never changes');
      expect((await prompts.show<{ template: string }>('frozen/versions/1')).body.template).toBe('before');
    });
  });

  it('tells what differs between two versions, line by line', async () => {
    await prompts.create('differing', { template: 'same\nold line\nend', system: 'S' });
    await prompts.create('differing', { template: 'same\nnew line\nend', system: 'S', allowStale: true });
    const { status, body } = await prompts.show<{ fields: object; system: string; template: string }>(
      'differing/diff?from=1&to=2',
    );
    expect(status).toBe(200);
    expect(body.fields).toEqual({ allowStale: { before: false, after: true } });
    expect(body.system).toBe('');
    expect(body.template).toContain('@@ -1,3 +1,3 @@\n same\n-old line\n+new line\n end');
    expect((await prompts.show('differing/diff?from=1&to=3')).status).toBe(404);
  });

  describe('a preview', () => {
    const text = { template: 'Say {{ input }} as {{ style }}', system: 'You are {{ style }}' };
    const given = { placeholders: { style: 'a poet' }, context: { input: '{{ style }} {% raw %}' } };

    it('says what the stored version says, and stores nothing (PR-5)', async () => {
      await prompts.create('previewed', text);
      const stored = await prompts.preview({ nodeName: 'previewed', version: 1, ...given });
      expect(stored).toMatchObject({
        status: 200,
        body: { prompt: 'Say {{ style }} {% raw %} as a poet', system: 'You are a poet', version: 1 },
      });
      const written = await prompts.preview({ ...text, ...given });
      expect(written.body).toEqual({ ...stored.body, version: null });
      expect((await prompts.show('previewed')).body.versions).toHaveLength(1);
    });

    it('lists what is missing and what clashes, as generating does (PR-5)', async () => {
      const missing = await prompts.preview<PromptProblem>(text);
      expect([missing.status, missing.body.code]).toEqual([422, 'prompt-placeholders-missing']);
      expect(missing.body.faults?.map(({ path }) => path)).toEqual(['context.input', 'placeholders.style']);
      const clash = await prompts.preview<PromptProblem>({
        ...text,
        ...given,
        context: { input: '', style: 'x' },
      });
      expect([clash.status, clash.body.code]).toEqual([422, 'prompt-placeholder-conflict']);
    });

    it('takes a context of 1 MB and no more (PR-9)', async () => {
      const sized = (bytes: number) =>
        prompts.preview<PromptProblem>({ ...text, ...given, context: { input: '"'.repeat(bytes) } });
      expect((await sized(1_048_576 - 5)).status).toBe(200);
      const large = await sized(1_048_577);
      expect([large.status, large.body.code]).toEqual([413, 'prompt-too-large']);
      expect(large.body.detail).toContain('context');
    });
  });

  it('has the mode of a node set by an admin, for a node that there is', async () => {
    await prompts.create('moded', { template: 'x' });
    expect((await prompts.show('moded')).body.localShare).toBe(1);
    expect((await prompts.setMode('moded', 0.25, 'editor')).status).toBe(403);
    expect((await prompts.setMode('moded', 0)).status).toBe(200);
    expect((await prompts.show('moded')).body.localShare).toBe(0);
    expect((await prompts.setMode('moded', 1.5)).status).toBe(400);
    expect((await prompts.setMode('no_such_node', 1)).status).toBe(404);
  });

  it('leaves who, what and why in the audit log, hashes, and not a word of any text (PR-9)', async () => {
    await prompts.create('audited', { template: `${marker} one`, labels: ['production'] });
    await prompts.create('audited', { template: `${marker} two` });
    await prompts.move('audited', 'production', 2);
    await prompts.preview({ template: `${marker} {{ x }}`, context: { x: marker } });
    await prompts.remove('audited');
    const rows = await lastgood.sql<{ action: string; target: string; before: string; after: string }>(
      `SELECT action, target, before_sha256 AS before, after_sha256 AS after, reason, version
       FROM lastgood.audit_log WHERE target LIKE 'prompts[audited%' ORDER BY id`,
    );
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const common = { reason, version: expect.stringMatching(/^[^:]+:\d+$/) };
    const made = { ...common, action: 'POST /admin/prompts/:node/versions', target: 'prompts[audited/any]' };
    expect(rows).toEqual([
      { ...made, before: null, after: hash },
      { ...made, before: rows[0]!.after, after: hash },
      {
        ...common,
        action: 'PUT /admin/prompts/:node/labels/:label',
        target: 'prompts[audited/any]@production',
        before: hash,
        after: hash,
      },
      {
        ...common,
        action: 'DELETE /admin/prompts/:node',
        target: 'prompts[audited/any]',
        before: rows[1]!.after,
        after: null,
      },
    ]);
    const audits = await lastgood.sql<{ text: string }>(
      `SELECT (SELECT json_agg(a)::text FROM lastgood.audit_log a) AS text`,
    );
    expect(audits[0]!.text).toContain('prompts[audited/any]');
    expect(audits[0]!.text).not.toContain(marker);
    const logged = JSON.stringify(lastgood.logs);
    expect(logged).toContain('prompts[audited/any]');
    expect(logged).not.toContain(marker);
  });

  it('changes nothing and says so while the database is away', async () => {
    await lastgood.proxy.mode('refuse');
    try {
      const answer = await prompts.create<PromptProblem>('away', { template: marker });
      expect([answer.status, answer.body.code]).toEqual([503, 'database-unavailable']);
      expect((await prompts.show<PromptProblem>('made')).status).toBe(503);
    } finally {
      await lastgood.proxy.mode('pass');
    }
  });
});
