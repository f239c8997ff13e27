import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PromptExporter } from '../src/features/prompts/documents/prompt-exporter.js';
import { PromptImporter } from '../src/features/prompts/documents/prompt-importer.js';
import { readPromptDocument } from '../src/features/prompts/documents/read-prompt-document.js';
import { renderPromptDocument } from '../src/features/prompts/documents/render-prompt-document.js';
import { localCall } from '../src/platform/audit/index.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { samplePrompts, TestApp } from './support/test-app.js';

const edit = { call: localCall('test', 'test'), reason: 'a test' };

describe('prompts as a document (PR-8)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const bringIn = (document: object) =>
    lastgood.app.get(PromptImporter).import(readPromptDocument(JSON.stringify(document)), edit);
  const plan = (document: object) =>
    lastgood.app.get(PromptImporter).plan(readPromptDocument(JSON.stringify(document)), edit);
  const exported = () => lastgood.app.get(PromptExporter).export();
  const counter = async () => {
    const [row] = await lastgood.sql<{ version: string }>(
      `SELECT version FROM lastgood.change_counter WHERE stream = 'prompts'`,
    );
    return Number(row!.version);
  };
  const create = (node: string, body: object) =>
    lastgood.ask(`/admin/prompts/${node}/versions`, {
      method: 'POST',
      as: 'admin',
      body: { reason: 'a test', ...body },
    });

  it('holds the sample after the start, brought in as one change', async () => {
    expect(await counter()).toBe(1);
    const { templates, ...library } = samplePrompts();
    const found = await exported();
    expect(found).toMatchObject({ placeholders: library.placeholders, profiles: library.profiles });
    const sorted = templates.map((each) => ({ ...each, dynamic: each.dynamic?.toSorted() }));
    expect(found.templates).toEqual(sorted.toSorted((a, b) => (a.node < b.node ? -1 : 1)));
  });

  it('that is exported changes nothing when it is brought in again', async () => {
    await create('shown', { template: 'one', labels: ['production'] });
    await create('shown', { template: 'two {{ x }}', labels: ['staging', 'beta'], cacheTtlSeconds: 1 });
    await create('shown', { template: 'three, which no label stands for' });
    await create('shown', { template: 'drei', language: 'de', labels: ['production'] });
    await bringIn({ modes: { shown: 0.1 } });
    const document = await exported();
    const shown = document.templates.filter(({ node }) => node === 'shown');
    expect([shown.length, document.modes]).toEqual([3, { shown: 0.1 }]);
    const before = await counter();
    const text = renderPromptDocument(document);
    const { changes } = await lastgood.app.get(PromptImporter).import(readPromptDocument(text), edit);
    expect([changes, await counter()]).toEqual([[], before]);
    expect(await exported()).toEqual(document);
    expect(text).not.toContain('which no label stands for');
  });

  it('makes versions only where a label says something else, and takes nothing away', async () => {
    await create('moved', { template: 'one', labels: ['production'] });
    await create('moved', { template: 'two' });
    const template = (text: string) => ({ templates: [{ node: 'moved', template: text }] });
    expect((await bringIn(template('one'))).changes).toEqual([]);
    expect((await bringIn(template('two'))).changes).toEqual([
      { subject: 'prompts[moved/any]@production', kind: 'changed' },
    ]);
    expect((await bringIn(template('three'))).changes).toEqual([
      { subject: 'prompts[moved/any] version 3', kind: 'added' },
      { subject: 'prompts[moved/any]@production', kind: 'changed' },
    ]);
    expect((await exported()).templates.map(({ node }) => node)).toContain('generating_content');
  });

  it('brings placeholders, values and profiles in, for templates of the same document to use', async () => {
    const document = {
      placeholders: { mood: { description: 'How it feels', values: { calm: 'calm' } } },
      profiles: { calm_one: { category: 'style', description: 'Calm', values: { mood: 'calm' } } },
      templates: [{ node: 'moody', template: '{{ mood }} {{ text }}', dynamic: ['text'] }],
    };
    const { changes } = await bringIn(document);
    expect(changes.map(({ subject }) => subject)).toEqual([
      'placeholders[mood]',
      'placeholder_values[mood/calm]',
      'profiles[calm_one]',
      'profile_values[calm_one/mood]',
      'prompts[moody/any] version 1',
      'prompts[moody/any]@production',
    ]);
    const other = { placeholders: { mood: { description: 'How it feels', values: { calm: 'very calm' } } } };
    expect((await bringIn(other)).changes).toEqual([
      { subject: 'placeholder_values[mood/calm]', kind: 'changed' },
    ]);
  });

  it('is refused as a whole, with everything that is wrong with it', async () => {
    const before = await counter();
    const wrong = {
      placeholders: { fine: { description: 'A fine one' } },
      profiles: { lost: { category: 'style', description: 'Lost', values: { style: 'no_such_value' } } },
      templates: [{ node: 'wrong', template: '{{ styel }}', dynamic: ['unused'] }],
      modes: { no_such_node: 1 },
    };
    await expect(bringIn(wrong)).rejects.toMatchObject({
      code: 'prompt-invalid',
      faults: [
        { path: 'profiles.lost.values.style' },
        { path: 'templates[0].template' },
        { path: 'templates[0].dynamic' },
        { path: 'modes.no_such_node' },
      ].map((fault) => expect.objectContaining(fault)),
    });
    expect(await counter()).toBe(before);
  });

  it('is shown before it is brought in, and nothing is changed by that', async () => {
    const before = await counter();
    const document = { templates: [{ node: 'planned', template: 'x' }], modes: { planned: 0 } };
    const { changes } = await plan(document);
    expect(await counter()).toBe(before);
    expect((await bringIn(document)).changes).toEqual(changes);
    expect(changes.map(({ subject }) => subject)).toContain('modes[planned]');
  });

  it('leaves one row in the audit log, with a hash and not a word of it (PR-9)', async () => {
    await bringIn({ templates: [{ node: 'told', template: 'marimba-marker' }] });
    const rows = await lastgood.sql<{ text: string }>(
      `SELECT row_to_json(a)::text AS text FROM lastgood.audit_log a WHERE target = 'prompts' ORDER BY id DESC`,
    );
    expect(JSON.parse(rows[0]!.text)).toMatchObject({
      after_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify([rows, lastgood.logs])).not.toContain('marimba-marker');
  });

  describe('by the command line', () => {
    const folder = tempFolder('prompts');
    const file = join(folder, 'prompts.yaml');

    const cli = async (...args: string[]) => {
      const settings = { DATABASE_URL: lastgood.databaseUrl, DATA_DIR: folder };
      const command = ServerProcess.cli(settings, 'prompts', ...args);
      const code = await command.exit();
      return { code, out: command.stdout, err: command.stderr };
    };

    it('is exported, planned, and brought in with a reason', async () => {
      const { out: text } = await cli('export');
      expect(parse(text)).toEqual(await exported());
      const from = 'Ask nothing that the material does not answer.';
      expect(text).toContain(from);
      writeFileSync(file, text.replace(from, 'Ask about nothing else.'));
      const out =
        'added prompts[generating_questions/any] version 2\nchanged prompts[generating_questions/any]@production\n';
      const planned = JSON.parse((await cli('import', file, '--dry-run', '--json')).out) as {
        changes: { kind: string; subject: string }[];
      };
      expect(planned.changes.map(({ kind, subject }) => `${kind} ${subject}\n`).join('')).toBe(out);
      expect(await cli('import', file, '--reason', 'by hand')).toMatchObject({ code: 0, out });
      expect((await cli('show', 'generating_questions')).out).toMatch(
        /any +2 +active +production .* cli:\d+ +by hand\n/,
      );
    });

    it('has its labels moved there and back', async () => {
      await create('walked', { template: 'one line\nand another', labels: ['production'] });
      await create('walked', { template: 'one line\nand a third', labels: ['production'] });
      const back = await cli('rollback', 'walked', '--reason', 'it was better');
      expect([back.code, back.out]).toEqual([0, 'walked (any) production: version 1, before that 2\n']);
      const moved = await cli('label', 'walked', 'beta', '2', '--reason', 'to try', '--json');
      const beta = { nodeName: 'walked', language: 'any', label: 'beta', version: 2, previousVersion: null };
      expect(JSON.parse(moved.out)).toEqual(beta);
      expect((await cli('label', 'walked', 'beta', '1', '--reason', ' ')).code).toBe(1);
      expect((await cli('list')).out).toMatch(/walked +any +2 +beta=2 production=1 +100%/);
      expect((await cli('diff', 'walked', '1', '2')).out).toContain(' one line\n-and another\n');
    });

    it('is previewed, from a file and from what is stored', async () => {
      const context = join(folder, 'context.json');
      writeFileSync(context, JSON.stringify({ handwritten_notes: '{{ notes }}' }));
      const settings = ['--set', 'subject_name=rivers', '--set', 'language=English', '--context', context];
      const stored = await cli('preview', 'recognition_handwritten', ...settings);
      expect(stored.out).toContain('<notes subject="rivers">\n{{ notes }}\n</notes>');
      expect(stored.err).toContain('in English');
      const template = join(folder, 'template.liquid');
      writeFileSync(template, 'Of {{ subject_name }}');
      expect((await cli('preview', template, ...settings)).out).toBe('Of rivers\n');
      const missing = await cli('preview', 'recognition_handwritten');
      expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('handwritten_notes')]);
    });

    it('is validated without a database, every fault told', async () => {
      writeFileSync(file, readFileSync('sample/prompts.yaml', 'utf8').replace('{{ style }}', '{{ styel }}'));
      const nowhere = { DATA_DIR: folder, DATABASE_URL: 'postgres://127.0.0.1:1/none' };
      const command = ServerProcess.cli(nowhere, 'prompts', 'validate', file);
      expect(await command.exit()).toBe(1);
      expect(command.stderr).toContain('styel');
    });
  });
});
