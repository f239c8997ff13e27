import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignalFleet } from '../src/features/signals/operating/signal-fleet.service.js';
import { FeedUpstream } from '../src/testing/index.js';
import { ConfigDatabase } from './support/config-database.js';
import { describeRedis } from './support/describe-redis.js';
import { exampleOdds, signalsPath } from './support/example-odds.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { ServerProcess } from './support/server-process.js';
import { oddsType, runtimeOf } from './support/signal-runtime.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

describeRedis('lastgood signals (SI-7, SI-8, SI-10)', () => {
  let redis: RedisServer;
  let upstream: FeedUpstream;
  let server: TestApp;
  let env: Record<string, string>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    upstream = await FeedUpstream.start();
    for (const game of ['g1', 'g2']) upstream.setDocument(`/weather/${game}`, { wind: 3 });
    const types = {
      odds: oddsType(),
      weather: {
        ttl: '1h',
        key: 'weather:{game_id}',
        source: { http: `http://${upstream.host}/weather/{game_id}` },
      },
      archive: {
        ttl: '1h',
        key: 'archive:{game_id}',
        source: { http: `http://${upstream.host}/weather/{game_id}` },
        size_class: 'large',
      },
    };
    env = { REDIS_URL: redis.url, SIGNALS_ALLOWED_HOSTS: upstream.host, ...runtimeOf(types) };
    server = await TestApp.start({ env });
  });
  afterAll(async () => {
    await server.dispose();
    await upstream.close();
    await redis.stop();
  });

  const run = async (args: readonly string[], own: Record<string, string> = {}) => {
    const settings = { DATABASE_URL: server.databaseUrl, DATA_DIR: tempFolder('signals'), ...env, ...own };
    const command = ServerProcess.cli(settings, 'signals', ...args);
    const exitCode = await command.exit();
    return { exitCode, stdout: command.stdout, stderr: command.stderr };
  };
  const fileOf = (content: string) => {
    const file = join(tempFolder('games'), 'games.yaml');
    writeFileSync(file, content);
    return file;
  };

  it('stats shows what the servers that live told last (SI-10)', async () => {
    const id = `${signalsPath}/odds/g1:dk:h2h`;
    await server.ask(id, { as: 'writer', method: 'POST', body: { value: exampleOdds() } });
    await server.ask(id);
    await server.app.get(SignalFleet, { strict: false }).beat();
    const { exitCode, stdout, stderr } = await run(['stats']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^type +memory +redis +disk +reads +hits +oldest +violations +not modified$/m);
    expect(stdout).toMatch(/^odds +1 \([\d.]+ .?i?B\) .* 100\.0% +[\d.]+s of 60s +0 +-$/m);
    const { stdout: json } = await run(['stats', '--json']);
    expect(JSON.parse(json)).toMatchObject({
      types: [{ type: 'archive' }, { type: 'odds' }, { type: 'weather' }],
    });
  });

  it('stats says so where no server has told anything (SI-10)', async () => {
    const database = await ConfigDatabase.create();
    const { exitCode, stdout } = await run(['stats'], { DATABASE_URL: database.url });
    await database.drop();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('no server has told')]);
  });

  it.each([
    ['stats', ['stats']],
    ['flush', ['flush', '--type', 'odds', '--reason', 'a test']],
  ])('%s says that the database is away, and ends with 3 (SI-10, OP-8)', async (_, args) => {
    const { exitCode, stdout, stderr } = await run(args, { DATABASE_URL: 'postgres://x:y@127.0.0.1:1/none' });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain('The database at 127.0.0.1:1/none cannot be reached: ');
  });

  it('flush makes a server that runs forget (SI-7)', async () => {
    const id = `${signalsPath}/odds/g2:dk:h2h`;
    await server.ask(id, { as: 'writer', method: 'POST', body: { value: exampleOdds() } });
    const { exitCode, stdout, stderr } = await run([
      'flush',
      '--type',
      'odds',
      '--where',
      'game_id=g2',
      '--reason',
      'a test',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^odds +\S+:\d+$/m);
    await pollUntil(async () => (await server.ask(id)).status === 404, 'it is forgotten');
  });

  it.each([
    ['nothing to flush', ['flush', '--reason', 'a test'], 'Say what to flush'],
    ['no reason', ['flush', '--type', 'odds'], '--reason'],
    [
      'a type that there is not',
      ['flush', '--type', 'none', '--reason', 'a test'],
      'There is no signal type',
    ],
    ['a where that is none', ['flush', '--where', 'g1', '--reason', 'a test'], 'as in game_id=g1'],
  ])('flush of %s is refused', async (_, args, told) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(told);
  });

  it('warm loads into Redis what games ask for, and names what it does not (SI-8)', async () => {
    const games = fileOf('games: [{ game_id: g1 }, { game_id: g2 }, { game_id: none }]');
    const { exitCode, stdout, stderr } = await run(['warm', '--games', games, '--json']);
    expect(stderr).toContain('odds is not warmed: it is pushed');
    expect(stderr).toContain('archive is not warmed: each process keeps it for itself alone');
    expect(JSON.parse(stdout)).toMatchObject({
      total: 3,
      processed: 3,
      loaded: 2,
      missing: 1,
      failed: 0,
      unshared: 0,
    });
    expect(exitCode).toBe(0);
    const before = upstream.requests.length;
    const { body } = await server.ask(`${signalsPath}/weather/g1`);
    expect([body['source'], upstream.requests.length - before]).toEqual(['redis', 0]);
  });

  it('warm says what fails, and ends with 1 (SI-8)', async () => {
    upstream.behave({ kind: 'status', status: 500 }, { path: '/weather/g3' });
    const { exitCode, stderr } = await run(['warm', '--games', fileOf('games: [{ game_id: g3 }]')]);
    upstream.heal();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('weather g3: ');
  });

  it.each([
    ['the faults of a file', 'games: [{ game_id: a b }]', {}, 'games[0].game_id'],
    ['no Redis', 'games: []', { REDIS_URL: '' }, 'REDIS_URL is not set'],
    ['Redis switched off', 'games: []', { ENABLE_REDIS_CACHE: 'false' }, 'ENABLE_REDIS_CACHE is off'],
  ])('warm tells %s before any source is asked (SI-8)', async (_, content, own, told) => {
    const { exitCode, stderr } = await run(['warm', '--games', fileOf(content)], own);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(told)]);
  });

  it('types shows what runtime.yml says, or all of its faults (SI-1)', async () => {
    const { exitCode, stdout } = await run(['types']);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^odds +60s +odds:\{game_id\}:\{book\}:\{market\} +push/m),
    ]);
    const wrong = runtimeOf({ a: { ...oddsType(), ttl: '60' }, b: { ...oddsType(), key: 'b' } });
    const faulty = await run(['types'], wrong);
    expect([faulty.exitCode, faulty.stdout]).toEqual([1, '']);
    expect(faulty.stderr).toContain('signals.types.a.ttl: must be a duration');
    expect(faulty.stderr).toContain('signals.types.b.key: must be');
  });
});
