import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleOdds, signalsPath } from './support/example-odds.js';
import { configPath, pinJob, withJob, type Meta } from './support/pinned-jobs.js';
import { pollUntil } from './support/poll-until.js';
import { oddsType, runtimeOf } from './support/signal-runtime.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const reason = 'the feed went mad';
const types = { odds: oddsType(), quick: { ...oddsType('1s'), key: 'quick:{game_id}' } };
const phase = `${configPath}/phases/stage_4?language=ru`;

/** What is frozen by key, or pinned for jobs, over HTTP. */
describe('a frozen namespace of many keys (OP-13)', () => {
  let here: TestApp;
  let dataDir: string;

  const freeze = (namespace: string, frozen: boolean) =>
    here.ask(`/admin/cache/${namespace}/freeze`, { method: 'PUT', as: 'admin', body: { frozen, reason } });
  const push = (id: string, value: unknown, headers = {}) =>
    here.ask(`${signalsPath}/${id}`, { as: 'writer', method: 'POST', body: { value }, headers });
  const read = (id: string) => here.ask(`${signalsPath}/${id}`);

  beforeAll(async () => {
    dataDir = tempFolder('frozen-keys');
    const since = new Date(Date.now() - 1_000).toISOString();
    const namespaces = { 'signals-gone': { reason, by: 'somebody', since } };
    writeFileSync(join(dataDir, 'frozen.json'), JSON.stringify({ formatVersion: 1, namespaces }));
    here = await TestApp.start({ env: { DATA_DIR: dataDir, ...runtimeOf(types) } });
  });

  afterAll(async () => {
    await here.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('that this version does not have any more is told of, and can be thawed', async () => {
    const health = () => here.ask('/health', { as: 'viewer' });
    expect((await health()).text).toContain('"frozen:signals-gone"');
    expect(await freeze('signals-gone', false)).toMatchObject({
      status: 200,
      body: { namespace: 'signals-gone', frozen: null, held: 0, serves: null },
    });
    expect((await health()).text).not.toContain('signals-gone');
    expect(await freeze('signals-gone', false)).toMatchObject({ status: 404 });
    expect(await freeze('signals-gone', true)).toMatchObject({ status: 404 });
  });

  it('refuses a push to what is held with 409, keeps no answer of it, and takes it once it is thawed', async () => {
    const id = 'odds/g1:dk:h2h';
    const [first, second] = [exampleOdds(1.8, 5_000), exampleOdds(1.9, 1_000)];
    expect((await push(id, first)).body).toMatchObject({ outcome: 'stored' });
    expect((await freeze('signals-odds', true)).status).toBe(200);
    const again = { 'idempotency-key': 'frozen-1' };
    expect(await push(id, second, again)).toMatchObject({ status: 409, body: { code: 'namespace-frozen' } });
    expect((await read(id)).body).toMatchObject({ value: first });
    expect((await push('odds/new:dk:h2h', second)).body).toMatchObject({ outcome: 'stored' });
    await freeze('signals-odds', false);
    expect((await push(id, second, again)).body).toMatchObject({ outcome: 'stored', repeated: false });
    expect((await read(id)).body).toMatchObject({ value: second });
  });

  it('never gives a signal past its limit: the limit wins (SI-1, SI-4)', async () => {
    await push('quick/g1', exampleOdds());
    await freeze('signals-quick', true);
    await pollUntil(async () => (await read('quick/g1')).status === 503, 'it is past its limit');
    expect((await read('quick/g1')).body['code']).toBe('signal-expired');
    const refs = [{ type: 'quick', id: 'g1' }];
    const required = await here.ask(`${signalsPath}/require`, { method: 'POST', body: { refs } });
    expect(required).toMatchObject({ status: 503, body: { code: 'signals-not-ready' } });
    await freeze('signals-quick', false);
  });

  it('a purge removes what is frozen', async () => {
    const id = 'odds/g2:dk:h2h';
    await push(id, exampleOdds(1.8, 5_000));
    await freeze('signals-odds', true);
    const purged = await here.ask('/admin/cache/signals-odds/purge', {
      method: 'POST',
      as: 'admin',
      body: { all: true, reason },
    });
    expect(purged.status).toBe(200);
    await pollUntil(async () => (await read(id)).status === 404, 'it is gone');
    await freeze('signals-odds', false);
  });

  it('of job pins: who pins anew what is pinned, or pins another job, is answered as ever', async () => {
    expect((await pinJob(here, 'frozen-job')).status).toBe(201);
    await freeze('job-pins', true);
    await freeze('pinned-snapshots', true);
    expect((await pinJob(here, 'frozen-job')).status).toBe(200);
    expect((await pinJob(here, 'another-job')).status).toBe(201);
    expect((await here.ask(withJob('judges?language=ru', 'another-job'))).status).toBe(200);
    await freeze('job-pins', false);
    await freeze('pinned-snapshots', false);
  });

  it('a job is pinned to what a frozen process serves, and told that it is stale; an edit through it is published', async () => {
    await freeze('model-config', true);
    const before = (await here.ask<Meta>(phase)).body.meta;
    expect((await here.edit('/admin/phases/stage_4', { temperature: 0.625 })).status).toBe(200);
    await pollUntil(async () => (await here.ask<Meta>(phase)).body.meta.isStale, 'it knows of the edit');
    expect((await pinJob(here, 'stale-job')).body).toMatchObject({
      snapshotId: before.snapshotId,
      isStale: true,
    });
    await freeze('model-config', false);
    expect((await here.ask(phase)).body).toMatchObject({ temperature: 0.625 });
    expect(
      (await here.ask<Meta>(withJob('phases/stage_4?language=ru', 'stale-job'))).body.meta,
    ).toMatchObject({
      snapshotId: before.snapshotId,
    });
  });
});
