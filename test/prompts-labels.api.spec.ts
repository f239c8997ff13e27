import { PromptEditor, type PromptProblem } from './support/prompt-editor.js';
import { TestApp } from './support/test-app.js';

const byNumber = (one: number, other: number) => one - other;

describe('labels of prompts, and prompts that are removed (PR-8)', () => {
  let lastgood: TestApp;
  let prompts: PromptEditor;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    prompts = new PromptEditor(lastgood);
  });

  afterAll(() => lastgood.dispose());

  describe('a label', () => {
    beforeAll(async () => {
      await prompts.create('moving', { template: 'one', labels: ['production'] });
      await prompts.create('moving', { template: 'two' });
    });

    it('moves, keeps where it stood, and moves back (PR-8)', async () => {
      const there = await prompts.move('moving', 'production', 2);
      expect(there).toMatchObject({ status: 200, body: { version: 2, previousVersion: 1 } });
      expect(there.headers.get('etag')).toBe('"2"');
      expect(await prompts.label('moving', 'production')).toMatchObject({ version: 2, previousVersion: 1 });
      const back = await prompts.move('moving', 'production', 1);
      expect(back.body).toMatchObject({ version: 1, previousVersion: 2 });
      const same = await prompts.move('moving', 'production', 1);
      expect(same).toMatchObject({ status: 200, body: { version: 1, previousVersion: 2 } });
    });

    it('of production is an admin’s to move, make and take away; of staging an editor’s too (PR-8)', async () => {
      const asEditor = { as: 'editor' } as const;
      const refused = [
        await prompts.move<PromptProblem>('moving', 'production', 2, asEditor),
        await prompts.create<PromptProblem>(
          'moving',
          { template: 'three', labels: ['staging', 'production'] },
          'editor',
        ),
        await prompts.remove('moving/labels/production', 'editor'),
      ];
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
        refused.map(() => [403, 'forbidden']),
      );
      expect((await prompts.show('moving')).body.versions).toHaveLength(2);
      expect(await prompts.label('moving', 'production')).toMatchObject({ version: 1 });
      expect((await prompts.move('moving', 'staging', 2, asEditor)).status).toBe(200);
      expect((await prompts.remove('moving/labels/staging', 'editor')).status).toBe(200);
      expect(await prompts.label('moving', 'staging')).toBeNull();
      expect((await prompts.remove('moving/labels/staging', 'editor')).status).toBe(404);
    });

    it('moves only from where whoever moves it saw it', async () => {
      const from = (version: number) => ({ headers: { 'if-match': `"${version}"` } });
      expect((await prompts.move('moving', 'production', 2, from(2))).status).toBe(412);
      expect((await prompts.move('moving', 'beta', 2, from(1))).status).toBe(412);
      const absent = { headers: { 'if-none-match': '*' } };
      expect((await prompts.move('moving', 'beta', 2, absent)).status).toBe(200);
      expect((await prompts.move('moving', 'beta', 1, absent)).status).toBe(412);
      expect((await prompts.move('moving', 'beta', 1, from(2))).status).toBe(200);
    });

    it('is moved by one of two who saw the same: the other one learns of it', async () => {
      await prompts.create('raced', { template: 'one', labels: ['production'] });
      await Promise.all(['two', 'three', 'four'].map((template) => prompts.create('raced', { template })));
      const answers = await Promise.all(
        [2, 3, 4].map((version) =>
          prompts.move('raced', 'production', version, { headers: { 'if-match': '"1"' } }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted(byNumber)).toEqual([200, 412, 412]);
      const won = answers.find(({ status }) => status === 200)!;
      expect(await prompts.label('raced', 'production')).toMatchObject({
        version: won.body.version,
        previousVersion: 1,
      });
    });

    it('is taken for no version that is not there', async () => {
      const unknown = await prompts.move<PromptProblem>('moving', 'production', 99);
      expect([unknown.status, unknown.body.code]).toEqual([404, 'prompt-not-found']);
      expect(unknown.body.detail).toContain('version 99');
      expect((await prompts.move('no_such_node', 'production', 1)).status).toBe(404);
    });
  });

  it('stand for no version that uses a placeholder which there is no more (PR-5)', async () => {
    const body = { description: 'x', values: {}, reason: 'a test' };
    await lastgood.ask('/admin/placeholders/tone', { method: 'PUT', as: 'admin', body });
    await prompts.create('toned', { template: '{{ tone }} {{ text }}' });
    expect((await prompts.move('toned', 'staging', 1)).status).toBe(200);
    await prompts.remove('toned/labels/staging');
    const removed = await lastgood.ask('/admin/placeholders/tone?reason=a+test', {
      method: 'DELETE',
      as: 'admin',
    });
    expect(removed.status).toBe(200);
    const { status, body: problem } = await prompts.move<PromptProblem>('toned', 'production', 1);
    expect([status, problem.faults?.map(({ path }) => path)]).toEqual([422, ['template']]);
    expect(problem.detail).toContain('"tone"');
  });

  describe('a removed prompt', () => {
    it('is made again within a moment after thousands of versions', async () => {
      await lastgood.sql(
        `INSERT INTO lastgood.prompt_templates
           (node_name, language, version, body, required_dynamic_placeholders, status)
         SELECT 'worn', 'any', v, 'x', '{}', 'removed' FROM generate_series(1, 5000) v`,
      );
      expect(await prompts.create('worn', { template: 'y', labels: ['production'] })).toMatchObject({
        status: 201,
        body: { version: 5_001 },
      });
    });

    it('is a tombstone: its labels are purged, its versions are read by editors, and numbers go on', async () => {
      await prompts.create('removed', { template: 'one', labels: ['production', 'staging'] });
      await prompts.create('removed', { template: 'two' });
      expect((await prompts.remove('removed', 'editor')).status).toBe(403);
      expect(await prompts.remove('removed')).toMatchObject({
        status: 200,
        body: { removedVersions: [1, 2] },
      });
      const purges = await lastgood.sql(
        `SELECT 1 FROM lastgood.change_log WHERE kind = 'purged' AND scope = 'prompt:removed'`,
      );
      expect(purges).toHaveLength(1);
      const { body } = await prompts.show('removed');
      expect(body.versions.map(({ status }) => status)).toEqual(['removed', 'removed']);
      expect(body.labels).toEqual([]);
      const listed = await lastgood.ask<{ prompts: { nodeName: string }[] }>('/admin/prompts', {
        as: 'viewer',
      });
      expect(listed.body.prompts.map(({ nodeName }) => nodeName)).not.toContain('removed');
      expect((await prompts.remove('removed')).status).toBe(404);
      const labelled = await prompts.move<PromptProblem>('removed', 'production', 1);
      expect([labelled.status, labelled.body.faults?.[0]?.path]).toEqual([422, 'version']);
      expect((await prompts.create('removed', { template: 'one' })).body).toMatchObject({
        version: 3,
        isNew: true,
      });
    });
  });
});
