import { CallSampler } from '../src/platform/audit/call-sampler.js';
import { AuditLogService } from '../src/platform/audit/index.js';
import { pollUntil } from './support/poll-until.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp, sampleDocument } from './support/test-app.js';

const phase = '/admin/phases/stage_4';
const glm = '/admin/models/z-ai/glm-4.6';
const aModel = {
  displayName: 'N',
  family: 'n',
  maxContextTokens: 1_000,
  inputUsdPerMtok: 0,
  outputUsdPerMtok: 0,
};

/** What an independent review broke, mended. */
describe('publishing, attacked', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const phases = async (of: TestApp = lastgood) =>
    (await of.ask<{ phases: unknown[] }>('/admin/phases', { as: 'viewer' })).body.phases.length;
  const served = async () =>
    (await lastgood.ask<{ meta: { version: number } }>('/api/v1/config/snapshot')).body.meta.version;
  const isServed = (version: number) =>
    pollUntil(async () => (await served()) >= version, `${version} is served`);
  const rollback = (version: number, body: object = {}) =>
    lastgood.ask<{ version: number; served: boolean }>(`/admin/history/${version}/rollback`, {
      method: 'POST',
      as: 'admin',
      body: { reason: 'back again', ...body },
    });
  const diff = (body: unknown, headers: Record<string, string> = {}) =>
    lastgood.ask('/admin/config/diff', { method: 'POST', as: 'viewer', body, headers });
  const yaml = { 'content-type': 'application/yaml' };

  describe('documents of a viewer', () => {
    it('with thousands of keys are read in the time of their length (OP-4)', async () => {
      const timed = async (count: number) => {
        const body = Array.from({ length: count }, (_, at) => `k${at}: `).join('\n');
        const start = performance.now();
        expect((await diff(body, yaml)).status).toBe(422);
        return performance.now() - start;
      };
      await timed(500);
      const few = await timed(3_000);
      // Compared each with every other one, ten times as many would take a hundred times as long.
      expect(await timed(30_000)).toBeLessThan(40 * few);
    });

    it('with thousands of faults are answered with the first of them (OP-4)', async () => {
      const models = Array.from({ length: 10_000 }, () => ({}));
      const { status, text } = await diff({ models, phases: [], judges: [], reserves: [] });
      expect(status).toBe(422);
      expect(text.length).toBeLessThan(100_000);
      const validate = { method: 'POST', as: 'viewer', body: { models } } as const;
      const checked = await lastgood.ask('/admin/config/validate', validate);
      expect(checked.status).toBe(400);
      expect(checked.text.length).toBeLessThan(100_000);
      expect((await diff('}'.repeat(200_000), yaml)).text.length).toBeLessThan(100_000);
    });

    it('with a key twice, and of YAML that would take seconds, are refused with the reason', async () => {
      expect(await diff('models: []\nmodels: []', yaml)).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('line 2, column 1: Map keys must be unique') },
      });
      expect(await diff(`# ${'x'.repeat(300_000)}`, yaml)).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('send JSON') },
      });
    });
  });

  describe('a loss of rows (MC-14)', () => {
    it('that running processes refuse is not taken over by one that starts with nothing', async () => {
      const version = await lastgood.version();
      await lastgood.sql(`DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`);
      await lastgood.refused(await lastgood.version());
      await expect(
        TestApp.start({ beside: lastgood, env: { DATA_DIR: tempFolder('attacked') } }),
      ).rejects.toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining('fewer than half'),
      });
      expect((await rollback(version)).status).toBe(200);
      const again = await TestApp.start({ beside: lastgood });
      expect(await phases(again)).toBe(sampleDocument().phases.length);
      await again.dispose();
    });

    it('of rows that psql had added is one like any other', async () => {
      await lastgood.sql(`INSERT INTO lastgood.phase_configs
          (phase, course_id, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries)
        SELECT phase, 'many-' || n, language, context_tier, model_id, 0, 100, 1000, 1
        FROM lastgood.phase_configs, generate_series(1, 500) n
        WHERE phase = 'stage_4' AND language = 'any' AND context_tier = 'standard' AND course_id IS NULL`);
      await isServed(await lastgood.version());
      const many = await phases();
      const version = await lastgood.version();
      await lastgood.sql(`DELETE FROM lastgood.phase_configs WHERE course_id LIKE 'many-%'`);
      await lastgood.refused(await lastgood.version());
      expect(await phases()).toBe(many);
      expect((await rollback(version)).status).toBe(200);
      await isServed(version);
    });

    it('that was served in steps blocks no edit, and the dry run says the same', async () => {
      for (const last of [200, 380]) {
        await lastgood.sql(
          `DELETE FROM lastgood.phase_configs WHERE substr(course_id, 6)::integer <= $1 AND course_id LIKE 'many-%'`,
          [last],
        );
        await isServed(await lastgood.version());
      }
      const answer = await lastgood.edit(phase, { maxRetries: 1 });
      const dry = { method: 'POST', as: 'viewer', body: {} } as const;
      expect([answer.status, (await lastgood.ask('/admin/config/validate', dry)).body]).toMatchObject([
        200,
        { valid: true },
      ]);
    });

    it('is accepted by an admin alone, also without another change; what is not served yet is not called served', async () => {
      const version = await lastgood.version();
      await lastgood.sql(`DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`);
      await lastgood.refused(await lastgood.version());
      const { settings } = await lastgood.row('/admin/phases/global_default');
      const body = { settings, reason: 'they are meant to go', acceptLoss: true };
      const put = (as: 'editor' | 'admin') =>
        lastgood.ask<{ version: number; served: boolean }>('/admin/phases/global_default', {
          method: 'PUT',
          as,
          headers: { 'if-match': '*' },
          body,
        });
      expect((await put('editor')).status).toBe(403);
      const { status, body: accepted } = await put('admin');
      expect(status).toBe(200);
      expect(accepted.version).toBe(await lastgood.version());
      const now = await served();
      expect(accepted.served && now < accepted.version).toBe(false);
      await isServed(accepted.version);
      expect(await phases()).toBeLessThan(5);
      expect((await rollback(version)).status).toBe(200);
      await isServed(version + 2);
    });
  });

  it('the judging phase cannot be given the model that generates, not by way of global_default either (MC-14)', async () => {
    const { settings, etag } = await lastgood.row('/admin/phases/stage_6_judge');
    const { modelId, fallbackModelId } = (await lastgood.row('/admin/phases/stage_6')).settings;
    const same = { ...settings, modelId, fallbackModelId };
    expect((await lastgood.put('/admin/phases/stage_6_judge', same, etag, { as: 'editor' })).status).toBe(
      422,
    );
    await lastgood.put('/admin/phases/stage_6_judge?language=ru', settings, null);
    const removed = { method: 'DELETE', as: 'editor', headers: { 'if-match': etag } } as const;
    expect(await lastgood.ask('/admin/phases/stage_6_judge?reason=a+test', removed)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('which generates') },
    });
  });

  describe('bad input is told as such', () => {
    it.each(['9999-12-31T23:59:59-12:00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+10:00'])(
      'the moment %s',
      async (retiresAt) => {
        expect(await lastgood.put('/admin/models/x/y', { ...aModel, retiresAt }, null)).toMatchObject({
          status: 400,
          body: { detail: expect.stringContaining('retiresAt') },
        });
      },
    );

    it('a language that is too long once it is canonical', async () => {
      const { settings } = await lastgood.row(phase);
      const path = `${phase}?language=en-u-ca-islamicc-x-aaaaaaaa-bbbbbbb`;
      expect((await lastgood.put(path, settings, null)).status).toBe(400);
    });

    it('a name with NUL', async () => {
      expect((await rollback(await lastgood.version(), { only: ['a\u0000b'] })).status).toBe(400);
    });
  });

  it('?wait=1 counts the instance that answers, though its row is old (MC-15)', async () => {
    const { settings, etag } = await lastgood.row(glm);
    await lastgood.sql(`UPDATE lastgood.instances SET seen_at = now() - interval '1 minute'`);
    const { body } = await lastgood.put<{ instances: object }>(
      `${glm}?wait=1`,
      { ...settings, displayName: 'x' },
      etag,
    );
    expect(body.instances).toMatchObject({ live: 1, serving: 1 });
  });

  it('a rollback is exact whatever the digits of the session that wrote (MC-16)', async () => {
    await lastgood.sql(
      `UPDATE lastgood.models SET input_usd_per_mtok = 0.1::float8 + 0.2::float8 WHERE id = 'z-ai/glm-4.6'`,
    );
    const version = await lastgood.version();
    await lastgood.sql(
      `SET extra_float_digits = 0; UPDATE lastgood.models SET input_usd_per_mtok = 1 WHERE id = 'z-ai/glm-4.6'`,
    );
    expect((await rollback(version)).status).toBe(200);
    expect((await lastgood.row(glm)).settings).toMatchObject({ inputUsdPerMtok: 0.1 + 0.2 });
  });

  it('a key that was used with another reason is not answered for this one (MC-18)', async () => {
    const { settings } = await lastgood.row(phase);
    const put = (reason: string) =>
      lastgood.put(phase, null, '*', {
        headers: { 'idempotency-key': 'one-reason' },
        body: { settings, reason },
      });
    expect([
      (await put('a reason')).status,
      (await put('a reason')).status,
      (await put('another')).status,
    ]).toEqual([200, 200, 422]);
  });

  it('counted refusals are told of whoever made them, and those of many of nobody (OP-3)', () => {
    const sampler = new CallSampler();
    const call = (actorId: string) => ({
      at: '',
      actorId,
      actorName: actorId,
      actorRole: 'viewer',
      ip: '192.0.2.1',
      requestId: '1',
      method: 'POST',
      route: '/admin/config/import',
      status: 403,
    });
    for (let at = 0; at < 100; at++) sampler.admit(call('mallory'));
    sampler.admit(call('bob'));
    for (let at = 0; at < 500; at++) sampler.admit(call(`many-${at}`));
    const counted = sampler.close();
    expect(counted.filter(({ actorId }) => actorId === 'bob')).toEqual([]);
    expect(counted).toEqual([
      expect.objectContaining({ actorId: 'mallory', calls: 95 }),
      expect.objectContaining({ actorId: null, ip: 'many', calls: 402 }),
    ]);
  });

  it.each([
    ['PATCH', '/admin/phases/x', 405],
    ['GET', '/admin/nothing', 404],
  ])('%s %s costs its address a token, as if it led somewhere (OP-2)', async (method, path, status) => {
    const env = { ADMIN_RATE_PER_SECOND: '10', ADMIN_RATE_BURST: '20' };
    const own = await TestApp.start({ beside: lastgood, env });
    const answers = await Promise.all(Array.from({ length: 60 }, () => own.ask(path, { method, as: null })));
    await own.dispose();
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status, 429]));
  });

  it('the head of the audit cannot go, and is missed where it went (OP-3)', async () => {
    await expect(lastgood.sql('DELETE FROM lastgood.audit_head')).rejects.toThrow('record of what was done');
    await lastgood.sql(`ALTER TABLE lastgood.audit_head DISABLE TRIGGER refuse_removal;
      CREATE TABLE lastgood.kept_head AS TABLE lastgood.audit_head; DELETE FROM lastgood.audit_head`);
    const { faults } = await lastgood.app.get(AuditLogService).verify();
    await lastgood.sql(`INSERT INTO lastgood.audit_head TABLE lastgood.kept_head; DROP TABLE lastgood.kept_head;
      ALTER TABLE lastgood.audit_head ENABLE ALWAYS TRIGGER refuse_removal`);
    expect(faults).toEqual([expect.stringContaining('the head of the chain is gone')]);
  });
});
