import { createServer, type Server } from 'node:http';
import { existsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  SignalNamespaces,
  SignalPushes,
  SignalService,
  SIGNALS_RUNTIME,
} from '../src/features/signals/index.js';
import { PushAnswers } from '../src/features/signals/pushing/push-answers.service.js';
import type { PushOutcome } from '../src/features/signals/pushing/push-outcome.js';
import { SignalWarmer } from '../src/features/signals/warming/signal-warmer.service.js';
import { localCall } from '../src/platform/audit/index.js';
import { CacheOperations, NamespaceRegistry } from '../src/platform/cache/index.js';
import { describeRedis } from './support/describe-redis.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';
import { untilRedisAnswers } from './support/until-redis-answers.js';

const by = { call: localCall('test', 'test'), reason: 'a test' };

describeRedis('signals in two replicas', () => {
  let redis: RedisServer;
  let source: Server;
  let one: TestApp;
  let other: TestApp;
  const dataDir = tempFolder('signals');
  const requests: string[] = [];

  const runtime = (port: number) => ({
    signals: {
      types: {
        odds: { ttl: '60s', key: 'odds:{game_id}:{book}', source: 'push', observed_at: '/at' },
        notes: { ttl: '1h', key: 'notes:{game_id}', source: 'push', size_class: 'large' },
        lines: { ttl: '60s', key: 'lines:{game_id}', source: { http: `http://127.0.0.1:${port}/{game_id}` } },
      },
    },
  });

  beforeAll(async () => {
    redis = await RedisServer.start();
    source = createServer(({ url = '' }, answer) => {
      requests.push(url);
      if (url === '/none') answer.writeHead(404).end();
      else answer.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ url }));
    });
    await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
    const { port } = source.address() as AddressInfo;
    const file = join(dataDir, 'runtime.yml');
    writeFileSync(file, stringify(runtime(port)));
    const env = {
      REDIS_URL: redis.url,
      RUNTIME_CONFIG: file,
      SIGNALS_ALLOWED_HOSTS: `127.0.0.1:${port}`,
    };
    one = await TestApp.start({ env: { ...env, DATA_DIR: dataDir }, prepare: patient });
    other = await TestApp.start({ env, beside: one, prepare: patient });
    await untilRedisAnswers(one, other);
  });
  afterAll(async () => {
    await other?.dispose();
    await one?.dispose();
    await new Promise((resolve) => source.close(resolve));
    await redis.stop();
  });

  const iso = (agoMs = 0) => new Date(Date.now() - agoMs).toISOString();
  const pushTo = (app: TestApp, id: string, agoMs = 0, key: string | null = null) =>
    app.app
      .get(SignalPushes)
      .push('odds', id, { value: { at: iso(agoMs) } }, key === null ? null : { key, by: 'somebody' });
  const getFrom = (app: TestApp, id: string, type = 'odds') => app.app.get(SignalService).get(type, id);

  it('every type has a namespace of its own, with its policy and its tiers (SI-1)', () => {
    const all = one.app.get(NamespaceRegistry).all();
    const odds = all.find(({ namespace }) => namespace === 'signals-odds');
    expect(odds?.policy).toMatchObject({
      maxAgeMs: 60_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      jitter: 0,
    });
    expect(all.map(({ namespace }) => namespace)).toEqual(
      expect.arrayContaining(['signals-odds', 'signals-notes', 'signals-lines', 'signal-pushes']),
    );
    expect(one.app.get(SIGNALS_RUNTIME)).toMatchObject({ cacheDir: join(dataDir, 'signals') });
    expect(() => one.app.get(SignalNamespaces).get('none')).toThrow('There is no signal type "none"');
  });

  it('what is pushed to one is read from the other, as old as it is (SI-3, SI-6)', async () => {
    await expect(pushTo(one, 'g1:dk', 10_000)).resolves.toMatchObject({
      outcome: 'stored',
      tiers: { memory: 'stored', redis: 'stored' },
    });
    const signal = await getFrom(other, 'g1:dk');
    expect(signal).toMatchObject({ source: 'redis', limitMs: 60_000 });
    expect(signal.ageMs).toBeGreaterThanOrEqual(9_900);
  });

  it('an older observation never replaces a newer one, in whichever replica (SI-9)', async () => {
    await pushTo(one, 'g2:dk', 1_000);
    await expect(pushTo(other, 'g2:dk', 20_000)).resolves.toMatchObject({
      outcome: 'older-than-held',
      tiers: {},
    });
    await expect(pushTo(other, 'g2:dk', 0)).resolves.toMatchObject({ outcome: 'stored' });
  });

  it('a large type is on the disk of its replica, and not in Redis (SI-6)', async () => {
    const { disk, get } = one.app.get(SignalNamespaces);
    const push = { value: { text: 'x'.repeat(100_000) } };
    await expect(one.app.get(SignalPushes).push('notes', 'g1', push, null)).resolves.toMatchObject({
      tiers: { memory: 'stored', disk: 'stored' },
    });
    expect(get.call(one.app.get(SignalNamespaces), 'notes').type.tiers).toEqual(['disk']);
    expect(existsSync(join(dataDir, 'signals'))).toBe(true);
    const isKept = async () => (await disk?.tier.get('signals-notes', 'notes:g1')) != null;
    await pollUntil(isKept, 'the disk has it');
    await expect(getFrom(other, 'g1', 'notes')).rejects.toMatchObject({ code: 'signal-missing' });
  });

  it('a push with a key that was used is answered as it was, by every replica (SI-9)', async () => {
    const push = { value: { at: iso() } };
    const key = { key: 'k1', by: 'somebody' };
    const first = await one.app.get(SignalPushes).push('odds', 'g3:dk', push, key);
    expect(first).toMatchObject({ outcome: 'stored', repeated: false });
    const again = await Promise.all(
      [one, other].map((app) => app.app.get(SignalPushes).push('odds', 'g3:dk', push, key)),
    );
    expect(again).toEqual([
      { ...first, repeated: true },
      { ...first, repeated: true },
    ]);
    await expect(pushTo(other, 'g3:dk', 0, 'k1')).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    const others = { key: 'k1', by: 'somebody else' };
    await expect(one.app.get(SignalPushes).push('odds', 'g3:dk', push, others)).resolves.toMatchObject({
      outcome: 'same',
    });
  });

  it('what was answered while a tier had failed is not kept: whoever repeats it mends that (SI-6, SI-9)', async () => {
    const answers = one.app.get(PushAnswers);
    const told = { outcome: 'stored', observedAt: '', validUntil: '', repeated: false } as const;
    const once = (became: 'failed' | 'stored') =>
      answers.once({ key: 'k3', by: 'somebody' }, {}, async () => ({ ...told, tiers: { redis: became } }));
    expect((await once('failed')).repeated).toBe(false);
    expect(await once('stored')).toMatchObject({ repeated: false, tiers: { redis: 'stored' } });
    expect(await once('failed')).toMatchObject({ repeated: true, tiers: { redis: 'stored' } });
  });

  it('pushes with one key are one after the other, and one that failed is not kept (SI-9)', async () => {
    const answers = one.app.get(PushAnswers);
    const outcome: PushOutcome = {
      outcome: 'stored',
      observedAt: '',
      validUntil: '',
      tiers: {},
      repeated: false,
    };
    let pushes = 0;
    const push = async () => {
      if (++pushes === 1) throw new Error('the first one fails');
      return outcome;
    };
    const once = () => answers.once({ key: 'k2', by: 'somebody' }, { a: 1 }, push);
    const settled = await Promise.allSettled([once(), once(), once()]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(pushes).toBe(2);
  });

  it('a game is forgotten by every replica and tier at once, and the others stay (SI-2)', async () => {
    for (const id of ['g4:dk', 'g4:fd', 'g40:dk']) await pushTo(one, id, 1_000);
    for (const id of ['g4:dk', 'g4:fd', 'g40:dk']) await getFrom(other, id);
    await one.app.get(CacheOperations).purge('signals-odds', { prefix: 'odds:g4:' }, by);
    const isGone = async () => {
      const codes = await Promise.all(
        ['g4:dk', 'g4:fd'].map((id) => getFrom(other, id).catch(({ code }) => code as string)),
      );
      return codes.every((code) => code === 'signal-missing');
    };
    await pollUntil(isGone, 'the other replica has forgotten it');
    await expect(getFrom(one, 'g4:dk')).rejects.toMatchObject({ code: 'signal-missing' });
    await expect(getFrom(other, 'g40:dk')).resolves.toMatchObject({ id: 'g40:dk' });
    await expect(pushTo(other, 'g4:dk', 30_000)).resolves.toMatchObject({ outcome: 'stored' });
    await expect(getFrom(one, 'g4:dk')).resolves.toMatchObject({ id: 'g4:dk' });
  });

  it('what is fetched is fetched once for all replicas (SI-5)', async () => {
    requests.length = 0;
    await expect(getFrom(one, 'g5', 'lines')).resolves.toMatchObject({
      value: { url: '/g5' },
      source: 'origin',
    });
    await pollUntil(
      async () => (await getFrom(other, 'g5', 'lines')).source === 'memory',
      'the other has it',
    );
    expect(requests).toEqual(['/g5']);
    await expect(getFrom(one, 'none', 'lines')).rejects.toMatchObject({ code: 'signal-missing' });
  });

  it('what will be asked for is loaded before (SI-8)', async () => {
    const warmer = one.app.get(SignalWarmer);
    const { refs, skipped } = warmer.plan([{ game_id: 'w1' }, { game_id: 'none' }]);
    expect(skipped.map(({ type }) => type)).toEqual(['odds', 'notes']);
    const options = { concurrency: 2, signal: new AbortController().signal };
    await expect(warmer.run(refs, options)).resolves.toEqual({
      total: 2,
      processed: 2,
      loaded: 1,
      missing: 1,
      failed: 0,
    });
    await expect(getFrom(one, 'w1', 'lines')).resolves.toMatchObject({ source: 'memory' });
  });

  it('while Redis and the database are away, pushes and reads go on, and tell it (SI-6)', async () => {
    await pushTo(one, 'g6:dk', 2_000);
    await redis.admin.client('PAUSE', 4_000);
    await one.proxy.mode('refuse');
    await expect(pushTo(one, 'g6:dk', 0)).resolves.toMatchObject({
      outcome: 'stored',
      tiers: { memory: 'stored', redis: 'failed' },
    });
    await expect(getFrom(one, 'g6:dk')).resolves.toMatchObject({ id: 'g6:dk' });
    await redis.admin.client('UNPAUSE' as never);
    await one.proxy.mode('pass');
  });
});
