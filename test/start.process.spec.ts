import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

  const greeted = (server: ServerProcess) =>
    pollUntil(
      () => server.stderr.includes('curl'),
      'the greeting is printed',
      () => server.output,
    );

  // Each goes on from the data folder that the one before it left: to make a database takes longest.
  describe('on the embedded default', () => {
    let home: string;
    let server: ServerProcess;
    let key: string;

    const begin = () => (server = new ServerProcess({ DATA_DIR: home }));
    const ask = async (path: string) =>
      fetch(`${await server.url()}${path}`, { headers: { authorization: `Bearer ${key}` } });

    beforeAll(async () => {
      home = tempFolder('start');
      await greeted(begin());
      key = readFileSync(join(home, 'admin-key'), 'utf8').trim();
    });
    afterAll(async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    });

    it('answers a phase with the admin key it made, which nobody else can read', async () => {
      const keyFile = join(home, 'admin-key');
      expect(server.stderr).toContain(keyFile);
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      const answer = await ask('/api/v1/config/phases/stage_4?language=ru');
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ phase: 'stage_4', meta: { isStale: false, version: 1 } });
      expect((await ask('/health/ready')).status).toBe(200);
      expect(server.output).not.toContain(key);
    });

    it('prints no warning at the very first start, and a command that works as pasted (OP-8)', async () => {
      const lines = server.stdout.trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('{"level":"info"'))).toEqual([]);
      const [, command = ''] = /^ {2}(curl .*)$/m.exec(server.stderr) ?? [];
      const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --silent`]);
      expect(JSON.parse(stdout)).toMatchObject({ phase: 'stage_4' });
    });

    it('refuses a data folder that another process owns, naming both', async () => {
      const second = new ServerProcess({ DATA_DIR: home });
      expect(await second.exit()).toBe(1);
      expect(second.stderr).toContain(home);
      expect(second.stderr).toMatch(/process \d+/);
    });

    it('comes back after kill -9 on the database that went on without it', async () => {
      server.kill('SIGKILL');
      await server.exit();
      begin();
      expect((await ask('/health/ready')).status).toBe(200);
    });

    it('keeps key and configuration over a restart, and ends with 0 on SIGTERM', async () => {
      server.kill('SIGTERM');
      expect(await server.exit()).toBe(0);
      begin();
      const answer = await ask('/api/v1/config/snapshot');
      expect(await answer.json()).toMatchObject({ meta: { version: 1 } });
      expect(readFileSync(join(home, 'admin-key'), 'utf8').trim()).toBe(key);
      const { prompts } = (await (await ask('/admin/prompts')).json()) as { prompts: object[] };
      expect(prompts).toContainEqual(
        expect.objectContaining({
          nodeName: 'generating_content',
          newestVersion: 1,
          labels: { production: 1 },
        }),
      );
    });
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
