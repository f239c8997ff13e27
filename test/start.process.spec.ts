import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { oddsType, runtimeOf } from './support/signal-runtime.js';
import { tempFolder } from './support/temp-folder.js';

/** The built server as a user starts it. What it must do within seconds is the timeout of its test. */
describe('starting the server', () => {
  let dataDir: string;
  let servers: ServerProcess[];

  const start = (settings: Record<string, string> = {}): ServerProcess => {
    const server = new ServerProcess({ DATA_DIR: dataDir, ...settings });
    servers.push(server);
    return server;
  };

  beforeEach(() => {
    dataDir = tempFolder('start');
    servers = [];
  });

  afterEach(async () => {
    for (const server of servers.toReversed()) await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers a phase on the embedded default with the admin key it made, which nobody else can read', async () => {
    const server = start();
    const url = await server.url();
    const keyFile = join(dataDir, 'admin-key');
    await pollUntil(
      () => server.stderr.includes('curl'),
      'the greeting is printed',
      () => server.output,
    );
    expect(server.stderr).toContain(keyFile);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);

    const key = readFileSync(keyFile, 'utf8').trim();
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${url}/api/v1/config/phases/stage_4?language=ru`, { headers });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ phase: 'stage_4', meta: { isStale: false, version: 1 } });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(server.output).not.toContain(key);
  });

  it('keeps key and configuration over a restart, and ends with 0 on SIGTERM', async () => {
    const first = start();
    await pollUntil(
      () => first.stderr.includes('curl'),
      'the greeting is printed',
      () => first.output,
    );
    const key = readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
    first.kill('SIGTERM');
    expect(await first.exit()).toBe(0);

    const second = start();
    const url = await second.url();
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${url}/api/v1/config/snapshot`, { headers });
    expect(await answer.json()).toMatchObject({ meta: { version: 1 } });
    expect(readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()).toBe(key);
    const listed = await fetch(`${url}/admin/prompts`, { headers });
    const { prompts } = (await listed.json()) as { prompts: object[] };
    expect(prompts).toContainEqual(
      expect.objectContaining({
        nodeName: 'generating_content',
        newestVersion: 1,
        labels: { production: 1 },
      }),
    );
  });

  it('comes back after kill -9 on the database that went on without it', async () => {
    const first = start();
    await first.url();
    first.kill('SIGKILL');
    await first.exit();
    const url = await start().url();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('refuses a data folder that another process owns, naming both', async () => {
    const first = start();
    await first.url();
    const second = start();
    expect(await second.exit()).toBe(1);
    expect(second.stderr).toContain(dataDir);
    expect(second.stderr).toMatch(/process \d+/);
  });

  it('reports every wrong and unknown setting at once and exits with 1', async () => {
    const server = start({
      PORT: '70000',
      CHANGE_FEED: 'x',
      MODEL_CONFIG_MAXAGE: '1',
      DATABASE_URL: 'mysql://u:pw@h/d',
    });
    expect(await server.exit()).toBe(1);
    for (const name of ['PORT', 'CHANGE_FEED', 'MODEL_CONFIG_MAXAGE', 'DATABASE_URL']) {
      expect(server.stderr).toContain(name);
    }
    expect(server.stderr).not.toContain('pw');
  });

  it('reports every fault of runtime.yml and exits with 1, before it begins a database (SI-1)', async () => {
    const types = { a: { ...oddsType(), ttl: '60' }, b: { ...oddsType(), key: 'b' } };
    const server = start(runtimeOf(types));
    expect(await server.exit()).toBe(1);
    for (const fault of ['signals.types.a.ttl: must', 'signals.types.b.key: must'])
      expect(server.stderr).toContain(fault);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('names the port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const server = start({ PORT: String(port) });
    expect(await server.exit()).toBe(1);
    expect(server.stderr).toContain(`PORT: ${port} on 127.0.0.1 is taken`);
    taken.close();
  });

  // That it takes at most 10 s is measured by the fault suite: here the machine may be busy with other tests.
  describe('without a database and without a last known good (MC-10)', () => {
    const error = /Cannot get model configuration: database unavailable and no cached data/g;
    let silent: Server | undefined;

    afterEach(() => silent?.close());

    it('exits with 1 and one clear error when it is refused', async () => {
      const server = start({ DATABASE_URL: 'postgres://nobody:secret-word@127.0.0.1:1/none' });
      expect(await server.exit()).toBe(1);
      expect(server.stderr.match(error)).toHaveLength(1);
      expect(server.output).not.toContain('secret-word');
    });

    it('exits with 1 and one clear error when nothing answers', async () => {
      silent = createServer(() => undefined).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent!.once('listening', resolve));
      const { port } = silent.address() as AddressInfo;
      const server = start({ DATABASE_URL: `postgres://nobody:x@127.0.0.1:${port}/none` });
      expect(await server.exit()).toBe(1);
      expect(server.stderr.match(error)).toHaveLength(1);
    });
  });
});
