import { parse } from 'yaml';
import { ServerProcess } from './support/server-process.js';
import { TestApp, sampleDocument } from './support/test-app.js';
import { tempFolder } from './support/temp-folder.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Plan {
  readonly version: number;
  readonly valid: boolean;
  readonly changes: { row: string; kind: string }[];
  readonly faults: { path: string; message: string }[];
}

const yaml = { 'content-type': 'application/yaml' };

describe('the configuration as a document (MC-17)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    lastgood.ask<Plan>(`/admin/config/${path}`, { method: 'POST', as: 'admin', body, headers });
  const exported = (format: string) =>
    lastgood.ask(`/admin/config/export?format=${format}`, { as: 'viewer' });

  describe.each(['yaml', 'json'])('%s', (format) => {
    it('that is exported changes nothing when it is brought in again, replacing everything', async () => {
      const { text, headers } = await exported(format);
      const version = await lastgood.version();
      expect(headers.get('etag')).toBe(`"${version}"`);
      expect(headers.get('content-type')).toContain(`application/${format}`);
      const ifMatch = { 'if-match': headers.get('etag')!, 'content-type': `application/${format}` };
      const answer = await post('import?replace=1&reason=the+same', text, ifMatch);
      expect(answer).toMatchObject({ status: 200, body: { version, changes: [] } });
      expect((await exported(format)).text).toBe(text);
    });
  });

  it('holds what the sample holds, 0, false and null included', async () => {
    const { text } = await exported('yaml');
    const { phases } = parse(text) as { phases: object[] };
    expect(phases).toHaveLength(sampleDocument().phases.length);
    expect(phases).toEqual(expect.arrayContaining(sampleDocument().phases));
  });

  it('is shown before it is made, and made only for what was shown', async () => {
    const document = {
      ...sampleDocument(),
      reserves: [
        { language: 'any', reservePercent: 0.2 },
        { language: 'de', reservePercent: 0 },
      ],
    };
    const plan = await post('import?dryRun=1', document);
    expect(plan.body.changes).toEqual([expect.objectContaining({ row: 'reserves[de]', kind: 'added' })]);
    expect(await lastgood.version()).toBe(plan.body.version);
    await lastgood.edit('/admin/phases/stage_4', { maxTokens: 1_999 });
    const etag = plan.headers.get('etag')!;
    expect((await post('import?reason=a+test', document, { 'if-match': etag })).status).toBe(412);
    expect((await post('import?reason=a+test', document)).status).toBe(428);
    expect((await post('import', document, { 'if-match': '*' })).status).toBe(400);
    expect((await post('import?reason=a+test', document, { 'if-match': '*' })).status).toBe(200);
  });

  it('takes rows away only where it says that it replaces everything', async () => {
    const [, ...reserves] = parse((await exported('yaml')).text).reserves as { language: string }[];
    const document = { ...parse((await exported('yaml')).text), reserves };
    expect((await post('diff', document)).body.changes).toEqual([]);
    const { body } = await post('diff?replace=1', document);
    expect(body.changes).toEqual([expect.objectContaining({ kind: 'removed' })]);
  });

  it('that takes more than half of the rows away is refused unless that is meant (MC-14)', async () => {
    const { models } = parse((await exported('yaml')).text) as { models: object[] };
    const document = { models, phases: [], judges: [], reserves: [] };
    const answer = await post('import?replace=1&reason=too+much', document, { 'if-match': '*' });
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('fewer than half') },
    });
    expect((await post('import?replace=1&dryRun=1&acceptLoss=1', document)).body).toMatchObject({
      valid: true,
    });
  });

  it.each([
    ['with a fault of its syntax, by line and column', 'models: [', 'line 1'],
    [
      'with faults of its values, by their path',
      'models: []\nphases: [{phase: Stage}]\njudges: []\nreserves: []',
      'phases[0].phase',
    ],
    ['without its lists', '{}', 'models'],
    ['that is text', 'hello', 'document'],
  ])('%s is refused: 422', async (_, text, told) => {
    expect(await post('diff', text, yaml)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining(told) },
    });
  });

  it('may be larger than other bodies: 2,000 rows in one transaction, and again without one (OP-4)', async () => {
    const { phases } = sampleDocument();
    const rows = Array.from({ length: 2_000 }, (_, i) => ({ ...phases[0]!, courseId: `course-${i}` }));
    const document = { models: [], phases: rows, judges: [], reserves: [] };
    expect(JSON.stringify(document).length).toBeGreaterThan(2 * 256 * 1024);
    const answer = await post('import?reason=many', document, { 'if-match': '*' });
    expect(answer).toMatchObject({ status: 200, body: { changes: expect.any(Array) } });
    expect(answer.body.changes).toHaveLength(2_000);
    expect((await post('diff', document)).body.changes).toEqual([]);
    const remove = rows.map(({ phase, courseId }) => `phases[${phase}/any/standard/${courseId}]`);
    expect((await post('validate', { remove })).body).toMatchObject({ valid: false });
    const huge = JSON.stringify({ models: ['x'.repeat(6 * 1024 * 1024)] });
    expect((await post('diff', huge)).status).toBe(413);
    const version = answer.body.version - 1;
    const rollback = { method: 'POST', as: 'admin', body: { reason: 'too many', acceptLoss: true } } as const;
    expect((await lastgood.ask(`/admin/history/${version}/rollback`, rollback)).status).toBe(200);
  });

  describe('is judged without being made', () => {
    it('a part of one, with every fault at once', async () => {
      const { phases } = parse((await exported('yaml')).text) as { phases: Record<string, unknown>[] };
      const broken = {
        ...phases.find(({ phase }) => phase === 'stage_4'),
        modelId: 'no/such',
        maxTokens: 200_000,
      };
      const { body } = await post('validate', { phases: [broken], remove: ['judges[ru].primary'] });
      expect(body.valid).toBe(false);
      expect(body.faults.map(({ path }) => path)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^phases\[stage_4.*\.modelId$/), 'judges[ru]']),
      );
      expect(body.changes.map(({ kind }) => kind)).toEqual(['changed', 'removed']);
    });

    it('though the database is away (MC-9)', async () => {
      await lastgood.proxy.mode('refuse');
      const { status, body } = await post('validate', {
        reserves: [{ language: 'fr', reservePercent: 0.1 }],
      });
      await lastgood.proxy.mode('pass');
      expect({ status, body }).toMatchObject({ status: 200, body: { valid: true, faults: [] } });
    });
  });

  describe('by the command line', () => {
    const folder = tempFolder('documents');
    const file = join(folder, 'config.yaml');

    const cli = async (...args: string[]) => {
      const settings = { DATABASE_URL: lastgood.databaseUrl, DATA_DIR: folder, CACHE_DISK_MAX_BYTES: 'none' };
      const command = ServerProcess.cli(settings, ...args);
      const code = await command.exit();
      return { code, out: command.stdout, err: command.stderr };
    };

    it('is exported, diffed, refused without --yes, brought in, and nothing is left to do', async () => {
      const { out } = await cli('config', 'export');
      expect(out).toBe((await exported('yaml')).text);
      const changed = out.replace(/reservePercent: 0\.2\b/, 'reservePercent: 0.19');
      expect(changed).not.toBe(out);
      writeFileSync(file, changed);
      expect(await cli('config', 'diff', file, '--exit-code')).toMatchObject({
        code: 2,
        out: expect.stringMatching(/changed reserves\[\w+\]\n {2}reservePercent: 0\.2 → 0\.19/),
      });
      const version = await lastgood.version();
      expect(await cli('config', 'import', file)).toMatchObject({
        code: 2,
        err: expect.stringContaining('--yes'),
      });
      expect(await lastgood.version()).toBe(version);
      const made = await cli('config', 'import', file, '--yes', '--reason', 'by hand', '--json');
      expect(JSON.parse(made.out)).toMatchObject({ version, valid: true, faults: [], imported: version + 1 });
      expect(await lastgood.version()).toBe(version + 1);
      expect(await cli('config', 'diff', file, '--replace', '--exit-code')).toMatchObject({ code: 0 });
      const { body } = await lastgood.ask<{ versions: object[] }>('/admin/history?limit=1', { as: 'viewer' });
      expect(body.versions[0]).toMatchObject({
        kind: 'import',
        author: expect.stringMatching(/^cli:\d+$/),
        reason: 'by hand',
      });
      const { out: verified } = await cli('audit', 'verify');
      expect(verified).toMatch(/^\d+ rows, the chain is whole; head [0-9a-f]{64}\n$/);
    });

    it('mends what no server would start with: a rollback needs no configuration that can be served (MC-16)', async () => {
      const version = await lastgood.version();
      await lastgood.sql(`DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`);
      await lastgood.refused(await lastgood.version());
      const mended = await cli('config', 'rollback', String(version), '--reason', 'psql went too far');
      expect(mended).toMatchObject({ code: 0, out: expect.stringMatching(/\nversion \d+\n$/) });
      const again = await cli('config', 'rollback', String(version), '--reason', 'again', '--json');
      expect(JSON.parse(again.out)).toEqual({ version: await lastgood.version(), changes: [] });
      expect(await cli('config', 'rollback', '999999', '--reason', 'none such')).toMatchObject({
        code: 1,
        err: expect.stringContaining('There is no version 999999 in the history'),
      });
    });

    it('is validated without a database, every fault told', async () => {
      const sample = readFileSync(join('sample', 'model-config.yaml'), 'utf8');
      writeFileSync(file, sample.replaceAll('maxRetries: 3', 'maxRetries: 11'));
      const none = { DATA_DIR: folder, DATABASE_URL: 'postgres://127.0.0.1:1/none' };
      const command = ServerProcess.cli(none, 'config', 'validate', file);
      expect(await command.exit()).toBe(1);
      expect(command.stderr).toMatch(/phases\[\d+\]\.maxRetries/);
    });
  });
});
