import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditCallsService } from '../src/platform/audit/index.js';
import { CoherenceService, TiersService } from '../src/platform/cache/index.js';
import type { Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const phase = '/api/v1/config/phases/stage_4';
const reason = 'the last edit broke the prompts';
const freezePath = '/admin/cache/model-config/freeze';

interface Phase {
  readonly temperature: number;
  readonly meta: Json;
}
interface Cluster {
  readonly instances: readonly {
    name: string;
    id: string;
    frozen: string[];
    served: Record<string, string>;
  }[];
}

/** Two processes on one database, of which one is frozen now and then. */
describe('a frozen namespace (OP-13)', () => {
  let here: TestApp;
  let there: TestApp;
  let dataDir: string;

  const put = (frozen: boolean, path = freezePath, app = here) =>
    app.ask(path, { method: 'PUT', as: 'admin', body: { frozen, reason } });
  const read = async (app = here) => (await app.ask<Phase>(phase)).body;
  /** Publishes through the other process; settles once this one knows that something changed. */
  const publish = async (): Promise<number> => {
    const temperature = Math.round(Math.random() * 1_000) / 1_000;
    expect((await there.edit('/admin/phases/stage_4', { temperature })).status).toBe(200);
    await here.app.get(CoherenceService).whenApplied('config', await here.version(), 5_000);
    return temperature;
  };
  const thaw = () => put(false);

  beforeAll(async () => {
    dataDir = tempFolder('frozen');
    here = await TestApp.start({ env: { DATA_DIR: dataDir } });
    there = await TestApp.start({ beside: here });
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  afterEach(thaw);

  it('is served as it was while others publish, says so everywhere, and follows again once it is thawed', async () => {
    const before = await read();
    const frozen = await put(true);
    expect(frozen).toMatchObject({
      status: 200,
      body: {
        namespace: 'model-config',
        frozen: { reason, by: expect.stringContaining('the admin'), since: expect.any(String) },
        outlastsRestart: true,
        serves: { source: 'memory', reason: 'frozen', isStale: false },
      },
    });
    expect((await read()).meta).toMatchObject({ reason: 'frozen', isStale: false });

    const temperature = await publish();
    await pollUntil(async () => (await read(there)).temperature === temperature, 'the other one follows');
    const { body, headers } = await here.ask<Phase>(phase);
    expect(body).toMatchObject({
      temperature: before.temperature,
      meta: { reason: 'frozen', isStale: true, version: before.meta['version'], source: 'memory' },
    });
    expect(headers.get('cache-status')).toContain('detail=frozen');
    expect(headers.get('degraded')).toContain('model-config');
    expect((await here.ask('/health/ready', { as: null })).body).toMatchObject({ mode: 'degraded' });
    expect((await here.ask('/health', { as: 'viewer' })).text).toContain('"frozen:model-config"');
    expect((await there.ask('/health/ready', { as: null })).body).toMatchObject({ mode: 'ok' });
    const stats = await here.ask('/admin/cache/stats', { as: 'viewer' });
    expect(stats.body['namespaces']).toMatchObject({
      'model-config': { frozen: { reason } },
      'cache-settings': { frozen: null },
    });
    const explained = await here.ask('/admin/cache/explain?namespace=model-config&key=snapshot', {
      as: 'viewer',
    });
    expect(explained.body).toMatchObject({ frozen: { reason }, answer: { reason: 'frozen', isStale: true } });
    const metrics = await here.ask('/metrics', { as: 'viewer' });
    expect(metrics.text).toContain('cache_frozen{cache_type="model-config"} 1');
    expect(metrics.text).toContain('cache_frozen{cache_type="cache-settings"} 0');
    expect(metrics.text).toContain('degraded{reason="frozen:model-config"} 1');

    expect(await thaw()).toMatchObject({
      body: { frozen: null, serves: { reason: 'fresh', isStale: false } },
    });
    expect(await read()).toMatchObject({ temperature, meta: { reason: 'fresh', isStale: false } });
    expect((await here.ask('/health/ready', { as: null })).body).toMatchObject({ mode: 'ok' });
    expect((await here.ask(phase)).headers.get('degraded')).toBeNull();
  });

  it('is told by every process of the cluster, with what the frozen one really serves', async () => {
    await put(true);
    const served = (await put(true)).body['serves']!['version'];
    await publish();
    const frozenOnes = async () => {
      const { body } = await there.ask<Cluster>('/admin/cluster', { as: 'viewer' });
      return body.instances.filter(({ frozen }) => frozen.includes('model-config'));
    };
    await pollUntil(async () => (await frozenOnes()).length === 1, 'the other process tells of the freeze');
    expect((await frozenOnes())[0]!.served['model-config']).toBe(served);
    await thaw();
    await pollUntil(async () => (await frozenOnes()).length === 0, 'the other process tells of its end');
  });

  it('counts an invalidation and stays as it is; freezing it twice changes nothing', async () => {
    const since = (await put(true)).body['frozen']!['since'];
    const again = await here.ask(freezePath, {
      method: 'PUT',
      as: 'admin',
      body: { frozen: true, reason: 'another reason' },
    });
    expect(again.body['frozen']).toMatchObject({ since, reason });
    const before = await read();
    const marked = await here.ask('/admin/cache/model-config/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { key: 'snapshot' },
    });
    expect(marked).toMatchObject({ status: 200, body: { local: 1 } });
    expect(await read()).toMatchObject({
      temperature: before.temperature,
      meta: { reason: 'frozen', isStale: true, version: before.meta['version'] },
    });
    expect((await thaw()).status).toBe(200);
    expect((await thaw()).body).toMatchObject({ frozen: null });
  });

  it('refuses at once who asks for a version that it does not apply', async () => {
    const served = (await put(true)).body['serves']!['version'];
    await publish();
    const [epoch, version] = JSON.stringify(served).slice(1, -1).split(':');
    const wanted = `${epoch}:${Number(version) + 1}`;
    const refused = await here.ask(phase, { headers: { 'x-min-version': wanted } });
    expect(refused).toMatchObject({ status: 503, body: { code: 'version-not-reached' } });
  });

  it('is frozen and thawed while Postgres is away, and both are in the audit once it is back', async () => {
    const rows = () =>
      here.sql(
        `SELECT status FROM lastgood.audit_calls WHERE route = '/admin/cache/:namespace/freeze' AND method = 'PUT'`,
      );
    await here.app.get(AuditCallsService).flush();
    const before = (await rows()).length;
    await here.proxy.mode('refuse');
    try {
      expect((await put(true)).body).toMatchObject({ frozen: { reason }, serves: { reason: 'frozen' } });
      expect((await read()).meta).toMatchObject({ reason: 'frozen' });
      expect((await thaw()).body).toMatchObject({ frozen: null, serves: { version: expect.any(String) } });
      expect((await read()).meta['reason']).not.toBe('frozen');
    } finally {
      await here.proxy.mode('pass');
    }
    const told = here.logs.filter(({ level, namespace }) => level === 'warn' && namespace === 'model-config');
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          msg: expect.stringContaining('frozen: '),
          reason,
          by: expect.stringContaining('the admin'),
        }),
        expect.objectContaining({ msg: expect.stringContaining('thawed: ') }),
      ]),
    );
    await pollUntil(async () => (await rows()).length >= before + 2, 'both calls are in the audit');
  });

  it('refuses a namespace that there is none of, and a body that says too little', async () => {
    expect(await put(true, '/admin/cache/none/freeze')).toMatchObject({
      status: 404,
      body: { code: 'unknown-namespace' },
    });
    const bad = await here.ask(freezePath, { method: 'PUT', as: 'admin', body: { frozen: 'yes' } });
    expect(bad).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    expect(bad.text).toContain('reason');
    expect((await here.ask(freezePath, { method: 'PUT', as: 'editor', body: {} })).status).toBe(403);
  });

  it('is refused where it cannot be kept, and then nothing is frozen', async () => {
    rmSync(join(dataDir, 'frozen.json'), { force: true });
    mkdirSync(join(dataDir, 'frozen.json', 'in-the-way'), { recursive: true });
    const refused = await put(true);
    rmSync(join(dataDir, 'frozen.json'), { recursive: true });
    expect(refused).toMatchObject({ status: 503, body: { code: 'freeze-not-kept' } });
    expect(refused.text).toContain('frozen.json');
    expect((await read()).meta['reason']).toBe('fresh');
    expect(readdirSync(dataDir).filter((name) => name.startsWith('frozen.json'))).toEqual([]);
  });
});

describe('a process that is started again while frozen (OP-13)', () => {
  let there: TestApp;
  let dataDir: string;
  const env = () => ({ DATA_DIR: dataDir });
  const read = async (app: TestApp) => (await app.ask<Phase>(phase)).body;

  beforeAll(async () => {
    there = await TestApp.start();
    dataDir = tempFolder('restarted');
  });

  afterAll(async () => {
    await there.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('serves what its disk holds and not what was published meanwhile, Redis and Postgres there or not', async () => {
    const first = await TestApp.start({ beside: there, env: env() });
    const before = await read(first);
    const body = { frozen: true, reason };
    expect((await first.ask(freezePath, { method: 'PUT', as: 'admin', body })).status).toBe(200);
    expect(statSync(join(dataDir, 'frozen.json')).mode & 0o777).toBe(0o600);
    const { disk } = first.app.get(TiersService);
    await pollUntil(async () => (await disk!.get('model-config', 'snapshot')) !== null, 'it is on disk');
    await first.dispose();
    expect((await there.edit('/admin/phases/stage_4', { temperature: 1.25 })).status).toBe(200);

    const second = await TestApp.start({ beside: there, env: env() });
    await second.app.get(CoherenceService).whenApplied('config', await there.version(), 5_000);
    expect(await read(second)).toMatchObject({
      temperature: before.temperature,
      meta: { reason: 'frozen', isStale: true, version: before.meta['version'] },
    });
    expect((await second.ask('/health/ready', { as: null })).body).toMatchObject({ mode: 'degraded' });
    await second.ask(freezePath, { method: 'PUT', as: 'admin', body: { ...body, frozen: false } });
    expect(await read(second)).toMatchObject({ temperature: 1.25, meta: { reason: 'fresh' } });
    await second.dispose();
  });

  it('with a file that says nothing it is not frozen, sets the file aside and says so as an error', async () => {
    writeFileSync(join(dataDir, 'frozen.json'), '{"formatVersion":1,"namespaces":{"model-config":{"rea');
    const started = await TestApp.start({ beside: there, env: env() });
    const error = started.logs.find(({ level, msg }) => level === 'error' && String(msg).includes('frozen'));
    expect(error).toMatchObject({ file: join(dataDir, 'frozen.json') });
    expect(await read(started)).toMatchObject({ meta: { reason: 'fresh' } });
    const aside = readdirSync(dataDir).filter((name) => name.startsWith('frozen.json'));
    expect(aside).toEqual([expect.stringMatching(/^frozen\.json\.corrupt-\d+$/)]);
    expect(readFileSync(join(dataDir, aside[0]!), 'utf8')).toContain('"rea');
    await started.dispose();
  });

  it('without anything on disk a freeze holds for the process alone, and the answer says so', async () => {
    const started = await TestApp.start({ beside: there, env: { ...env(), CACHE_DISK_MAX_BYTES: 'none' } });
    const body = { frozen: true, reason };
    const { body: answer } = await started.ask(freezePath, { method: 'PUT', as: 'admin', body });
    expect(answer).toMatchObject({ frozen: { reason }, outlastsRestart: false });
    expect((await read(started)).meta['reason']).toBe('frozen');
    expect(readdirSync(dataDir)).not.toContain('frozen.json');
    await started.dispose();
  });
});
