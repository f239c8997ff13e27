import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TcpFaultProxy } from '../src/testing/tcp-fault-proxy.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { throughProxy } from './support/through-proxy.js';

/** Nothing listens there. */
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';
const path = '/api/v1/config/phases/stage_4?language=ru';
const secret = 'the secret of these snapshots, long';

/** A server with its database, and the command line as an operator uses it once that database is gone. */
describe('the tools for an outage, by the command line (OP-13)', () => {
  let dataDir: string;
  let owner: ServerProcess;
  let proxy: TcpFaultProxy;
  let replica: ServerProcess;
  let replicaDir: string;
  let replicaUrl: string;
  let settings: Record<string, string>;
  let headers: Record<string, string>;
  const others: ServerProcess[] = [];

  const cli = async (...args: string[]) => {
    const command = ServerProcess.cli({ DATA_DIR: replicaDir, SNAPSHOT_SECRET: secret }, ...args);
    const code = await command.exit();
    return { code, out: command.stdout, err: command.stderr };
  };
  const keyFile = () => ['--key-file', join(dataDir, 'admin-key')];
  const read = async () =>
    (await (await fetch(`${replicaUrl}${path}`, { headers })).json()) as { meta: Record<string, unknown> };

  beforeAll(async () => {
    dataDir = tempFolder('tools');
    owner = new ServerProcess({ DATA_DIR: dataDir });
    await owner.url();
    await pollUntil(
      () => owner.stderr.includes('curl'),
      'the greeting is printed',
      () => owner.output,
      60_000,
    );
    headers = { authorization: `Bearer ${readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()}` };
    const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as { port: number };
    const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
    const through = await throughProxy(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
    proxy = through.proxy;
    replicaDir = tempFolder('tools-replica');
    settings = { DATA_DIR: replicaDir, DATABASE_URL: through.proxied, SNAPSHOT_SECRET: secret };
    replica = new ServerProcess(settings);
    replicaUrl = await replica.url();
    await pollUntil(
      () => existsSync(join(replicaDir, 'cache.sqlite')),
      'the replica has a disk',
      () => replica.output,
    );
  }, 180_000);

  afterAll(async () => {
    for (const server of [...others, replica, owner]) await server?.stop();
    await proxy?.close();
    for (const folder of [dataDir, replicaDir]) rmSync(folder, { recursive: true, force: true });
  });

  it('freezes while Postgres is gone, is frozen after a kill, and thaws', async () => {
    await proxy.mode('refuse');
    const frozen = await cli(
      'freeze',
      'model-config',
      '--reason',
      'an outage',
      '--url',
      replicaUrl,
      ...keyFile(),
    );
    expect(frozen).toMatchObject({ code: 0, err: '' });
    expect(frozen.out).toContain('model-config frozen since');
    expect(frozen.out).toContain('an outage');
    expect((await read()).meta).toMatchObject({ reason: 'frozen' });
    replica.kill('SIGKILL');
    await replica.exit();

    replica = new ServerProcess(settings);
    replicaUrl = await replica.url();
    expect((await read()).meta).toMatchObject({ reason: 'frozen', isStale: true });
    const thawed = await cli('thaw', 'model-config', '--json', '--url', replicaUrl, ...keyFile());
    expect(thawed.code).toBe(0);
    expect(JSON.parse(thawed.out)).toMatchObject({ namespace: 'model-config', frozen: null });
    await proxy.mode('pass');
    await pollUntil(async () => (await read()).meta['reason'] === 'fresh', 'it follows again');
  });

  it('asks every server that is named, and exits with 3 for one that is away and 1 for one that refuses', async () => {
    const urls = ['--url', 'http://127.0.0.1:1', replicaUrl];
    const away = await cli('freeze', 'prompt-templates', '--reason', 'a test', ...urls, ...keyFile());
    expect(away).toMatchObject({ code: 3, err: expect.stringContaining('http://127.0.0.1:1') });
    expect(away.out).toContain('prompt-templates frozen since');
    const refused = await cli('thaw', 'none', '--url', replicaUrl, ...keyFile());
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('There is no namespace "none"') });
    await cli('thaw', 'prompt-templates', '--url', replicaUrl, ...keyFile());
  });

  it('exports a snapshot, has it served, and puts it where a process that cannot start finds it', async () => {
    const file = join(replicaDir, 'known-good.json');
    await proxy.mode('refuse');
    const exported = await cli('snapshot', 'export', file, '--url', replicaUrl, ...keyFile());
    expect(exported).toMatchObject({ code: 0, out: expect.stringContaining(file) });
    const load = ['snapshot', 'load', file, '--reason', 'known good'];
    const loaded = await cli(...load, '--url', replicaUrl, ...keyFile());
    expect(loaded).toMatchObject({ code: 0, out: expect.stringContaining('until it is thawed') });
    expect((await read()).meta).toMatchObject({ source: 'operator', reason: 'frozen' });

    const empty = tempFolder('tools-empty');
    const alone = { DATA_DIR: empty, DATABASE_URL: nowhere, SNAPSHOT_SECRET: secret };
    const offline = ServerProcess.cli(alone, ...load, '--offline');
    expect([await offline.exit(), offline.stderr]).toEqual([0, '']);
    const started = new ServerProcess(alone);
    others.push(started);
    expect(await (await fetch(`${await started.url()}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(started.stdout).toContain('"namespace":"model-config","reason":"known good"');

    // It has never seen a key: one in a file beside it is all that lets anybody in.
    const made = ServerProcess.cli(alone, 'keys', 'break-glass', 'create', '--expires-in', '1d');
    expect(await made.exit()).toBe(0);
    const call = async (route: string, method = 'GET', body?: object) => {
      const answer = await fetch(`${await started.url()}${route}`, {
        method,
        headers: { authorization: `Bearer ${made.stdout.trim()}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    await pollUntil(async () => (await call(path)).status === 200, 'the key is noticed');
    expect((await call(path)).text).toContain('"source":"operator"');
    expect(await call('/admin/cluster')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"frozen":["model-config"]'),
    });
    expect((await call('/metrics')).text).toContain('break_glass_calls_total');
    const thaw = { frozen: false, reason: 'a drill' };
    expect(await call('/admin/cache/model-config/freeze', 'PUT', thaw)).toMatchObject({
      status: 200,
      text: expect.stringContaining('"source":"operator"'),
    });
    expect((await call(path)).text).toContain('"source":"operator"');

    writeFileSync(file, readFileSync(file, 'utf8').replace('"formatVersion": 1', '"formatVersion": 3'));
    const refused = await cli(...load, '--url', replicaUrl, ...keyFile());
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('formatVersion must be 1, got 3'),
    });
    await proxy.mode('pass');
    rmSync(empty, { recursive: true, force: true });
  });
});
