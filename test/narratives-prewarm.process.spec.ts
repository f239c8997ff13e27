import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LlmUpstream } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const text = JSON.stringify({ summary: 'A reading.', bullets: ['One thought'] });

const profileOf = (share: number) => ({
  classification: 'primary',
  primary: 'Sirius',
  percentages: { Sirius: share, Vega: 10 },
  hdData: { type: 'Generator', authority: 'Sacral', profile: '2/4', centers: ['Head'], gates: [1, 64] },
});

const names =
  'classification,primary,hybrid_1,hybrid_2,type,authority,profile,centers,gates,percent_Sirius,percent_Vega';
const rowOf = (share: number) => `primary,Sirius,,,Generator,Sacral,2/4,Head,64;1,${share},10`;

describeRedis('lastgood narratives prewarm (NA-11)', () => {
  let redis: RedisServer;
  let upstream: LlmUpstream;
  let app: TestApp;
  let folder: string;
  let asked: number;
  /** What a model waits for before it answers the nth call of a test. */
  let mayAnswer: (nth: number) => Promise<void>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    upstream = await LlmUpstream.start({ answer: () => mayAnswer(calls()).then(() => text) });
    app = await TestApp.start({ env: settings() });
  });
  beforeEach(async () => {
    await redis.admin.config('SET', 'maxmemory', '0');
    await redis.admin.flushall();
    mayAnswer = () => Promise.resolve();
    asked = upstream.calls.length;
    folder = tempFolder('prewarm');
  });
  afterAll(async () => {
    await app.dispose();
    await upstream.close();
    await redis.stop();
  });

  const settings = (): Record<string, string> => ({
    REDIS_URL: redis.url,
    LLM_BASE_URL: upstream.url,
    LLM_API_KEY: 'the-key-of-the-test',
  });
  const calls = () => upstream.calls.length - asked;

  function prewarm(name: string, content: string, own: Record<string, string> = {}): ServerProcess {
    const file = join(folder, name);
    writeFileSync(file, content);
    return ServerProcess.cli(
      { DATABASE_URL: app.databaseUrl, DATA_DIR: folder, ...settings(), ...own },
      'narratives',
      'prewarm',
      file,
      '--qps=100',
      '--concurrency=1',
      '--json',
    );
  }
  const prewarmList = (profiles: unknown[], own?: Record<string, string>) =>
    prewarm('profiles.json', JSON.stringify(profiles), own);

  async function countsOf(command: ServerProcess): Promise<unknown> {
    await command.exit();
    if (command.stdout === '') throw new Error(command.stderr);
    return JSON.parse(command.stdout);
  }

  it('makes what Redis does not hold, once, and every server serves it', async () => {
    const table = [names, rowOf(10), rowOf(20), rowOf(10.1)].join('\n');
    const first = prewarm('profiles.csv', table);
    expect(await countsOf(first)).toMatchObject({ processed: 3, skipped: 1, created: 2, failed: 0 });
    expect([first.exitCode, first.stderr, calls()]).toEqual([0, '', 2]);

    const served = await app.ask<{ meta: { source: string } }>('/api/v1/narratives', {
      method: 'POST',
      body: profileOf(20),
    });
    expect([served.status, served.body.meta.source, calls()]).toEqual([200, 'redis', 2]);

    const second = prewarm('profiles.csv', `${table}\n${rowOf(30)}`);
    expect(await countsOf(second)).toMatchObject({ processed: 4, skipped: 3, created: 1, failed: 0 });
    expect([second.exitCode, calls()]).toEqual([0, 3]);
  });

  it('after a kill -9 makes what is missing, and nothing else', async () => {
    const profiles = [40, 41, 42, 43].map(profileOf);
    mayAnswer = (nth) => (nth < 3 ? Promise.resolve() : new Promise(() => undefined));
    const killed = prewarmList(profiles);
    await upstream.received(asked + 3);
    killed.kill('SIGKILL');
    await killed.exit();
    mayAnswer = () => Promise.resolve();
    // Or the next one would wait until the lease of the killed one has lapsed.
    const locks = (await redis.admin.keys('*')).filter((key) => key.includes(':lock:'));
    expect(await redis.admin.del(locks)).toBe(1);
    const again = prewarmList(profiles);
    expect(await countsOf(again)).toMatchObject({ skipped: 2, created: 2, failed: 0 });
    expect([again.exitCode, calls()]).toEqual([0, 5]);
  });

  it('makes anew what has become stale', async () => {
    await countsOf(prewarmList([profileOf(45)]));
    const { status } = await app.ask('/admin/cache/narratives/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { prefix: 'narr:' },
    });
    expect(status).toBe(200);
    expect(await countsOf(prewarmList([profileOf(45)]))).toMatchObject({ skipped: 0, created: 1 });
    expect(await countsOf(prewarmList([profileOf(45)]))).toMatchObject({ skipped: 1, created: 0 });
    expect(calls()).toBe(2);
  });

  it('on SIGINT ends what is under way, begins nothing more, and tells how far it came', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    mayAnswer = () => answered;
    const command = prewarmList([50, 51, 52].map(profileOf));
    await upstream.received(asked + 1);
    command.kill('SIGINT');
    await pollUntil(
      () => command.stderr.includes('ending what is under way'),
      'it was told',
      () => command.output,
    );
    answer();
    expect(await countsOf(command)).toMatchObject({ total: 3, processed: 1, created: 1, failed: 0 });
    expect([command.exitCode, calls()]).toEqual([1, 1]);
  });

  it('goes on after a profile that is invalid, and says what is wrong with it', async () => {
    const command = prewarmList([{ ...profileOf(60), primary: 'Rigel' }, profileOf(61)]);
    expect(await countsOf(command)).toEqual({
      total: 2,
      processed: 2,
      skipped: 0,
      created: 1,
      failed: 1,
      failures: [{ place: 'profile 1', message: expect.stringContaining('primary') }],
    });
    expect([command.exitCode, calls()]).toEqual([1, 1]);
  });

  it('tries again what failed', async () => {
    upstream.behave('refusal', { times: 1 });
    const command = prewarmList([profileOf(70)]);
    expect(await countsOf(command)).toMatchObject({ created: 1, failed: 0 });
    upstream.heal();
  });

  it('counts nothing as created that Redis does not keep, and does not pay for it again', async () => {
    await redis.admin.config('SET', 'maxmemory', '1');
    const command = prewarmList([profileOf(75)]);
    expect(await countsOf(command)).toMatchObject({
      created: 0,
      failed: 1,
      failures: [{ place: 'profile 1', message: 'It was made, but Redis did not keep it' }],
    });
    expect([command.exitCode, calls()]).toEqual([1, 1]);
  });

  it('begins nothing more where the key is refused, and says so', async () => {
    upstream.behave({ kind: 'status', status: 401 });
    const command = prewarmList([76, 77, 78].map(profileOf));
    const counts = await countsOf(command);
    upstream.heal();
    expect(counts).toMatchObject({
      total: 3,
      processed: 1,
      failed: 1,
      failures: [{ place: 'profile 1', message: expect.stringMatching(/\(401\): check LLM_API_KEY$/) }],
    });
    expect(command.exitCode).toBe(1);
  });

  it('pays for nothing more once Redis is gone', async () => {
    mayAnswer = (nth) => (nth === 2 ? redis.kill() : Promise.resolve());
    const command = prewarmList([85, 86, 87, 88].map(profileOf));
    const counts = await countsOf(command);
    await redis.restart();
    expect(counts).toMatchObject({ total: 4, processed: 2, created: 1, failed: 1 });
    expect([command.exitCode, calls()]).toEqual([1, 2]);
  });

  it('tells all faults of a file with their lines, before anything is paid for', async () => {
    const command = prewarm('profiles.csv', [names, rowOf(80), 'primary,Sirius', `"${rowOf(81)}`].join('\n'));
    expect(await command.exit()).toBe(1);
    for (const told of ['line 3: has 2 fields', 'line 4: a quoted field that does not end'])
      expect(command.stderr).toContain(told);
    expect([command.stdout, calls()]).toEqual(['', 0]);
  });

  it.each([
    ['REDIS_URL', { REDIS_URL: '' }],
    ['ENABLE_REDIS_CACHE', { ENABLE_REDIS_CACHE: 'false' }],
    ['LLM_API_KEY', { LLM_API_KEY: '' }],
    ['Redis does not answer', { REDIS_URL: 'redis://127.0.0.1:1' }],
  ])('pays for nothing that would be gone with it, or never be made: %s', async (told, own) => {
    const command = prewarmList([profileOf(90)], own);
    expect(await command.exit()).toBe(1);
    expect(command.stderr).toContain(told);
    expect([command.stdout, calls()]).toEqual(['', 0]);
  });
});
