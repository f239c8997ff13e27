import { rmSync } from 'node:fs';
import { ModelConfigModule } from '../src/features/model-config/index.js';
import { contentHash, signDocument } from '../src/features/model-config/operator/sign-document.js';
import type {
  OperatorDocument,
  UnsignedDocument,
} from '../src/features/model-config/operator/operator-document.js';
import { CoherenceService, TiersService } from '../src/platform/cache/index.js';
import type { Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const phase = '/api/v1/config/phases/stage_4';
const path = '/admin/config/snapshot';
const reason = 'the configuration of yesterday';
const secret = 'the secret of these snapshots, long';
const otherSecret = 'another secret, which is as long as that';

interface Phase {
  readonly temperature: number;
  readonly meta: Json;
}
type Mutable = { -readonly [Field in keyof OperatorDocument]: OperatorDocument[Field] };

/** Signed anew after a change, as whoever has the secret could. */
function signed(document: OperatorDocument, change: (unsigned: Mutable) => void, by = secret): unknown {
  const copy: Mutable = structuredClone(document);
  change(copy);
  const { signature: _, ...unsigned } = copy;
  return signDocument({ ...unsigned, sha256: contentHash(unsigned.content) } as UnsignedDocument, by);
}

describe('a snapshot that an operator carries from one process to another (OP-13)', () => {
  let here: TestApp;
  let there: TestApp;
  let dataDir: string;
  let good: OperatorDocument;
  let goodTemperature: number;

  const read = async (app = here) => (await app.ask<Phase>(phase)).body;
  const load = (snapshot: unknown, app = here) =>
    app.ask(path, { method: 'POST', as: 'admin', body: { reason, snapshot } });
  const thaw = (app = here) =>
    app.ask('/admin/cache/model-config/freeze', {
      method: 'PUT',
      as: 'admin',
      body: { frozen: false, reason },
    });
  const edit = async (temperature: number) => {
    expect((await there.edit('/admin/phases/stage_4', { temperature })).status).toBe(200);
    await here.app.get(CoherenceService).whenApplied('config', await here.version(), 5_000);
  };

  beforeAll(async () => {
    dataDir = tempFolder('snapshots');
    here = await TestApp.start({ env: { DATA_DIR: dataDir, SNAPSHOT_SECRET: secret } });
    there = await TestApp.start({ beside: here });
    goodTemperature = (await read()).temperature;
    good = (await here.ask<OperatorDocument>(path, { as: 'viewer' })).body;
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  afterEach(async () => {
    await here.proxy.mode('pass');
    await thaw();
  });

  it('is exported while Postgres is away, as stale as it is', async () => {
    await here.proxy.mode('refuse');
    const { status, body } = await here.ask<OperatorDocument>(path, { as: 'viewer' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ format: 'lastgood-snapshot', formatVersion: 1, version: good.version });
    expect(body.sha256).toBe(good.sha256);
    expect((await load(body)).status).toBe(200);
  });

  it('is served in the place of what is newer, says who put it there, and goes when it is thawed', async () => {
    await edit(1.5);
    expect(await read()).toMatchObject({ temperature: 1.5, meta: { source: 'memory' } });
    expect(await load(good)).toMatchObject({
      status: 200,
      body: { version: good.version, outlastsRestart: true },
    });
    const { body, headers } = await here.ask<Phase>(phase);
    expect(body).toMatchObject({
      temperature: goodTemperature,
      meta: {
        source: 'operator',
        reason: 'frozen',
        isStale: true,
        version: Number(good.version.split(':')[1]),
      },
    });
    expect(headers.get('cache-status')).toContain('detail=frozen');
    expect(await read(there)).toMatchObject({ temperature: 1.5, meta: { source: 'memory' } });
    const held = await here.app.get(TiersService).disk!.get('model-config', 'snapshot');
    expect(held?.asOf?.version).toBeGreaterThan(Number(good.version.split(':')[1]));
    await edit(1.75);
    expect(await read()).toMatchObject({ temperature: goodTemperature });
    await thaw();
    expect(await read()).toMatchObject({ temperature: 1.75, meta: { source: 'memory', reason: 'fresh' } });
  });

  it('is loaded and thawed while Postgres is away: then what was held before is served again', async () => {
    await edit(0.25);
    await pollUntil(async () => (await read()).temperature === 0.25, 'this process follows');
    await here.proxy.mode('refuse');
    expect((await load(good)).status).toBe(200);
    expect(await read()).toMatchObject({ temperature: goodTemperature, meta: { source: 'operator' } });
    await thaw();
    expect(await read()).toMatchObject({ temperature: 0.25, meta: { source: 'memory' } });
  });

  it('is served by the next start of the process too', async () => {
    const folder = tempFolder('operator');
    const env = { DATA_DIR: folder, SNAPSHOT_SECRET: secret };
    const first = await TestApp.start({ beside: there, env });
    expect((await load(good, first)).status).toBe(200);
    await first.dispose();
    const second = await TestApp.start({ beside: there, env });
    await second.app.get(CoherenceService).whenApplied('config', await there.version(), 5_000);
    expect(await read(second)).toMatchObject({ temperature: goodTemperature, meta: { source: 'operator' } });
    await second.dispose();
    const third = await TestApp.start({ beside: there, env: { ...env, SNAPSHOT_SECRET: otherSecret } });
    expect((await read(third)).meta).toMatchObject({ source: expect.not.stringContaining('operator') });
    const error = third.logs.find(({ level, msg }) => level === 'error' && String(msg).includes('operator'));
    expect(error?.['error']).toContain('SNAPSHOT_SECRET');
    await third.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[string, () => unknown, number, string, string]>([
    ['of which a byte was altered', () => altered(good), 422, 'snapshot-refused', 'sha256'],
    [
      'whose version was altered',
      () => ({ ...good, version: `${good.version}0` }),
      422,
      'snapshot-refused',
      'signature',
    ],
    [
      'signed by another secret',
      () => signed(good, () => {}, otherSecret),
      422,
      'snapshot-refused',
      'SNAPSHOT_SECRET',
    ],
    ['without a signature', () => ({ ...good, signature: undefined }), 422, 'snapshot-refused', 'signature'],
    [
      'of another version of the form',
      () => ({ ...good, formatVersion: 2 }),
      422,
      'snapshot-refused',
      'formatVersion must be 1, got 2',
    ],
    ['of another form', () => ({ models: [] }), 422, 'snapshot-refused', 'lastgood-snapshot'],
    [
      'of another namespace',
      () => signed(good, (document) => (document.namespace = 'prompts')),
      422,
      'snapshot-refused',
      'prompts',
    ],
    [
      'whose panel is short of a judge',
      () => signed(good, (document) => void (document.content.judges as unknown[]).pop()),
      422,
      'config-invalid',
      'judges[',
    ],
    [
      'with a value beyond its limit',
      () => signed(good, ({ content }) => Object.assign(content.phases[0]!, { temperature: 7 })),
      422,
      'config-invalid',
      'temperature',
    ],
    [
      'that is too large',
      () => ({ filling: 'x'.repeat(17 * 1_024 * 1_024) }),
      413,
      'payload-too-large',
      '16777216',
    ],
    ['that is none', () => 'text', 400, 'request-invalid', 'snapshot'],
    [
      'that is nested beyond all reason',
      () => ({ ...good, content: JSON.parse('[['.repeat(50) + ']]'.repeat(50)) as unknown }),
      422,
      'snapshot-refused',
      'nested',
    ],
  ])('is refused and nothing changes: one %s', async (_, make, status, code, told) => {
    const before = await read();
    const refused = await load(make());
    expect(refused).toMatchObject({ status, body: { code } });
    expect(refused.text).toContain(told);
    expect((await read()).meta).toMatchObject({ reason: before.meta['reason'], source: 'memory' });
  });

  it('is refused in words, however deep it is nested: nothing of the process is at stake', async () => {
    const content = '['.repeat(100_000) + ']'.repeat(100_000);
    const body = `{"reason":"${reason}","snapshot":{"format":"lastgood-snapshot","formatVersion":1,"content":${content}}}`;
    const refused = await here.ask(path, { method: 'POST', as: 'admin', body });
    expect(refused).toMatchObject({ status: 422, body: { code: 'snapshot-refused' } });
  });

  it('is told of in the log each time: what is served now, who gave it and why, also where it was frozen before', async () => {
    const newer = (await here.ask<OperatorDocument>(path, { as: 'viewer' })).body;
    await load(newer);
    await here.ask(path, { method: 'POST', as: 'admin', body: { reason: 'an older one', snapshot: good } });
    const told = here.logs.filter(({ msg }) => String(msg).includes('snapshot of an operator is served'));
    expect(told.at(-2)).toMatchObject({ level: 'warn', version: newer.version, reason });
    expect(told.at(-1)).toMatchObject({
      level: 'warn',
      version: good.version,
      confirmedAt: good.confirmedAt,
      reason: 'an older one',
      by: expect.stringContaining('the admin'),
    });
    await thaw();
    expect((await read()).meta).toMatchObject({ source: 'memory', reason: 'fresh' });
  });

  it('is neither made nor taken where SNAPSHOT_SECRET is not set', async () => {
    for (const refused of [await there.ask(path, { as: 'viewer' }), await load(good, there)]) {
      expect(refused).toMatchObject({ status: 503, body: { code: 'snapshot-secret-missing' } });
      expect(refused.text).toContain('SNAPSHOT_SECRET');
    }
    expect((await read(there)).meta).toMatchObject({ reason: 'fresh' });
  });

  it('makes a process ready that holds nothing, while Postgres is away; and is served until there is anything else', async () => {
    // What the database has may not be served, so that who starts now has no configuration.
    await there.sql(`DELETE FROM lastgood.judge_configs WHERE role = 'tiebreaker'`);
    const folder = tempFolder('empty');
    const env = { DATA_DIR: folder, SNAPSHOT_SECRET: secret };
    const started = await TestApp.start({
      beside: there,
      env,
      prepare: (app) => void Reflect.set(app.get(ModelConfigModule), 'startsWithout', true),
    });
    const ready = (app: TestApp) => app.ask('/health/ready', { as: null });
    expect((await ready(started)).status).toBe(503);
    await started.proxy.mode('refuse');
    expect((await load(good, started)).status).toBe(200);
    expect(await ready(started)).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect((await read(started)).meta).toMatchObject({ source: 'operator', reason: 'frozen', isStale: true });
    await thaw(started);
    const { temperature, meta } = await read(started);
    expect([temperature, meta['source'], meta['isStale']]).toEqual([goodTemperature, 'operator', true]);
    expect(meta['reason']).not.toBe('frozen');
    await started.dispose();

    // Thawed, with nothing else to serve: the next start has it too.
    const again = await TestApp.start({ beside: there, env });
    expect(await read(again)).toMatchObject({ temperature: goodTemperature, meta: { source: 'operator' } });
    await again.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
});

function altered(document: OperatorDocument): unknown {
  const copy = structuredClone(document);
  Object.assign(copy.content.phases[0]!, { maxRetries: 9 });
  return copy;
}
