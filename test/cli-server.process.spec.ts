import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

/** Each command starts a process, and the machine may be busy. */
const withinMs = 120_000;
const nowhere = 'http://127.0.0.1:9';

describe('commands that ask a server (OP-8)', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await TestApp.start();
  });
  afterAll(() => server.dispose());

  const run = async (args: readonly string[], own: Record<string, string> = {}) => {
    const settings = {
      DATA_DIR: tempFolder('asking'),
      DATABASE_URL: 'postgres://x:a-secret-word@127.0.0.1:1/none',
      LASTGOOD_URL: server.url,
      LASTGOOD_KEY: server.keys.admin,
      ...own,
    };
    const command = ServerProcess.cli(settings, ...args);
    const exitCode = await command.exit();
    return { exitCode, stdout: command.stdout, stderr: command.stderr };
  };

  it(
    'shows the caches and the cluster while Postgres is gone, as tables and as JSON (OP-8)',
    async () => {
      await server.ask('/api/v1/config/phases/stage_4?language=ru');
      await server.proxy.mode('refuse');
      const [stats, entries, explained, cluster, json] = await Promise.all([
        run(['cache', 'stats']),
        run(['cache', 'entries', 'model-config']),
        run(['cache', 'explain', 'model-config', 'snapshot']),
        run(['cluster']),
        run(['cluster', '--json']),
      ]);
      const refused = await run([
        'cache',
        'invalidate',
        'model-config',
        '--key',
        'snapshot',
        '--reason',
        'a test',
      ]);
      await server.proxy.mode('pass');
      expect(stats).toMatchObject({ exitCode: 0, stderr: '' });
      expect(stats.stdout).toMatch(/^namespace +tier +entries +size +hits +misses +hit rate +stale$/m);
      expect(stats.stdout).toMatch(/^model-config +memory +1 /m);
      expect(entries.stdout).toMatch(/^snapshot +[\d.]+s /m);
      expect(explained.stdout).toMatch(/^memory +yes /m);
      expect(cluster).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/config:\d+/) });
      expect(JSON.parse(json.stdout)).toMatchObject({ instances: [{ applied: expect.any(Object) }] });
      expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^503: /),
      ]);
    },
    withinMs,
  );

  it(
    'marks a key stale in every process, and says why in the audit (OP-8)',
    async () => {
      await pollUntil(async () => (await server.ask('/health/ready')).status === 200, 'the database is back');
      const invalidate = () =>
        run([
          'cache',
          'invalidate',
          'model-config',
          '--key',
          'snapshot',
          '--reason',
          'a mended row',
          '--json',
        ]);
      let told = await invalidate();
      // The pool for writing may be a moment behind.
      if (told.exitCode !== 0) told = await invalidate();
      expect(told).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(told.stdout)).toEqual({ version: expect.stringMatching(/:\d+$/), local: 1 });
      const rows = await server.sql(`SELECT reason FROM lastgood.audit_log WHERE reason = 'a mended row'`);
      expect(rows).toHaveLength(1);
    },
    withinMs,
  );

  it(
    'shows what is frozen, why and by whom, where the caches and the cluster are shown (OP-13)',
    async () => {
      await run(['freeze', 'model-config', '--reason', 'a bad edit']);
      const [stats, cluster] = await Promise.all([run(['cache', 'stats']), run(['cluster'])]);
      await run(['thaw', 'model-config']);
      expect(stats.stdout).toMatch(/^model-config is frozen since \S+ by .+: a bad edit$/m);
      expect(cluster.stdout).toMatch(/^instance .* frozen .*\n.* model-config /m);
      expect((await run(['cache', 'stats'])).stdout).not.toContain('is frozen');
    },
    withinMs,
  );

  it.each<[string, string[], Record<string, string>, number, string]>([
    ['no server', ['cluster'], { LASTGOOD_URL: 'http://127.0.0.1:1025' }, 3, 'Does the server run?'],
    ['a wrong key', ['cluster'], { LASTGOOD_KEY: 'lg_wrong' }, 1, '401: '],
    ['no key', ['cluster'], { LASTGOOD_KEY: '' }, 1, '--key-file'],
    ['no such namespace', ['cache', 'entries', 'nothing'], {}, 1, '404: There is no namespace "nothing"'],
    [
      'nothing to invalidate',
      ['cache', 'invalidate', 'access', '--reason', 'a test'],
      {},
      1,
      'Say one of --key',
    ],
    ['no database', ['keys', 'list'], {}, 3, 'lastgood doctor'],
    ['an unknown command', ['cach'], {}, 1, '(Did you mean cache?)'],
    ['an unknown option', ['cluster', '--jsn'], {}, 1, '(Did you mean --json?)'],
    ['a reason of blanks', ['config', 'import', 'x', '--reason', '   '], {}, 1, '--reason'],
  ])('%s: says what to do, and ends with its code (OP-8)', async (_, args, own, code, told) => {
    const { exitCode, stdout, stderr } = await run(args, own);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('a-secret-word');
  });

  it('takes the key of a file before the one of the environment, and tells its version (OP-8)', async () => {
    const file = join(tempFolder('key'), 'key');
    writeFileSync(file, `${server.keys.viewer}\n`);
    const answer = await run(['cluster', '--key-file', file, '--url', server.url], {
      LASTGOOD_KEY: 'lg_wrong',
      LASTGOOD_URL: nowhere,
    });
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
