import { PromptExporter } from '../src/features/prompts/documents/prompt-exporter.js';
import { PromptImporter } from '../src/features/prompts/documents/prompt-importer.js';
import { readPromptDocument } from '../src/features/prompts/documents/read-prompt-document.js';
import { renderPromptDocument } from '../src/features/prompts/documents/render-prompt-document.js';
import { localCall } from '../src/platform/audit/index.js';
import { PromptEditor } from './support/prompt-editor.js';
import { TestApp } from './support/test-app.js';

const edit = { call: localCall('test', 'test'), reason: 'a test' };

describe('what is exported of prompts (PR-8)', () => {
  let lastgood: TestApp;
  let prompts: PromptEditor;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    prompts = new PromptEditor(lastgood);
  });

  afterAll(() => lastgood.dispose());

  const exported = () => lastgood.app.get(PromptExporter).export();
  const bringIn = (text: string) => lastgood.app.get(PromptImporter).import(readPromptDocument(text), edit);
  const bringBack = async () => bringIn(renderPromptDocument(await exported()));

  it('has no mode of a prompt that was removed: it could not be brought in again', async () => {
    await prompts.create('gone', { template: 'x', labels: ['production'] });
    await prompts.setMode('gone', 0.5);
    expect((await exported()).modes).toEqual({ gone: 0.5 });
    await prompts.remove('gone');
    expect((await exported()).modes).toEqual({});
    expect((await bringBack()).changes).toEqual([]);
  });

  it('has no version that psql removed under its label; an import makes it anew', async () => {
    await prompts.create('taken', { template: 'x', labels: ['production'] });
    await lastgood.sql(`UPDATE lastgood.prompt_templates SET status = 'removed' WHERE node_name = 'taken'`);
    expect((await exported()).templates.map(({ node }) => node)).not.toContain('taken');
    expect((await bringBack()).changes).toEqual([]);
    const { changes } = await bringIn('templates: [{ node: taken, template: x }]');
    expect(changes).toEqual([
      { subject: 'prompts[taken/any] version 2', kind: 'added' },
      { subject: 'prompts[taken/any]@production', kind: 'changed' },
    ]);
    expect((await prompts.label('taken', 'production'))?.version).toBe(2);
  });

  it('is brought in again with every name and as many labels as editors may give', async () => {
    const put = async (path: string, body: object) => {
      const { status } = await lastgood.ask(path, {
        method: 'PUT',
        as: 'admin',
        body: { description: 'x', reason: 'a test', ...body },
      });
      expect(status).toBe(200);
    };
    await put('/admin/placeholders/tone', { values: { empty: 'without any', true: 'honest' } });
    await put('/admin/profiles/blank', { category: 'style', values: { tone: 'empty' } });
    await prompts.create('labelled', { template: 'x' });
    const labels = Array.from({ length: 21 }, (_, at) => `label_${at}`);
    for (const label of labels) await prompts.move('labelled', label, 1);
    const { placeholders, profiles, templates } = await exported();
    expect([placeholders['tone']?.values['true'], profiles['blank']?.values]).toEqual([
      'honest',
      { tone: 'empty' },
    ]);
    expect(templates.find(({ node }) => node === 'labelled')?.labels).toEqual(labels.toSorted());
    expect((await bringBack()).changes).toEqual([]);
  });
});
