import { cpSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';

/** Nothing listens there. */
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';
const path = '/api/v1/config/phases/stage_4?language=ru';

/** One server that has served, killed with everything that it depends on; and what starts from what it left. */
describeRedis('a start while everything is away (MC-10, CA-4, CO-12)', () => {
  let redis: RedisServer;
  let dataDir: string;
  let headers: Record<string, string>;
  const servers: ServerProcess[] = [];

  const start = (settings: Record<string, string>): ServerProcess => {
    const server = new ServerProcess({ DATABASE_URL: nowhere, ...settings });
    servers.push(server);
    return server;
  };
  const folderWith = (...names: string[]): string => {
    const folder = tempFolder('cold');
    for (const name of readdirSync(dataDir)) {
      if (names.some((each) => name.startsWith(each))) cpSync(join(dataDir, name), join(folder, name));
    }
    return folder;
  };
  const read = async (server: ServerProcess) => {
    const answer = await fetch(`${await server.url()}${path}`, { headers });
    return { status: answer.status, body: (await answer.json()) as { modelId: string; meta: object } };
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
    dataDir = tempFolder('warm');
    const warm = new ServerProcess({ DATA_DIR: dataDir, REDIS_URL: redis.url });
    servers.push(warm);
    await pollUntil(
      () => warm.stderr.includes('curl'),
      'the greeting is printed',
      () => warm.output,
    );
    headers = { authorization: `Bearer ${readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()}` };
    await pollUntil(async () => (await redis.admin.dbsize()) > 0, 'the configuration is in Redis');
    expect(await read(warm)).toMatchObject({ status: 200, body: { meta: { isStale: false, version: 1 } } });
    warm.kill('SIGKILL');
    await warm.exit();
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  afterAll(async () => {
    // Takes over the database that was left running, and stops it.
    const last = new ServerProcess({ DATA_DIR: dataDir });
    await last.url();
    await last.stop();
    await redis.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is ready from disk, with the keys that were known, and says that all of it is stale', async () => {
    const server = start({ DATA_DIR: folderWith('cache.sqlite') });
    const { status, body } = await read(server);
    expect(status).toBe(200);
    expect(body).toMatchObject({ modelId: expect.any(String), meta: { isStale: true, version: 1 } });
    const ready = (await (await fetch(`${await server.url()}/health/ready`)).json()) as { mode: string };
    expect(ready.mode).not.toBe('ok');
  });

  it('without a disk it is ready from Redis, and nobody is let in by keys that Redis could have made up', async () => {
    const server = start({ DATA_DIR: tempFolder('cold'), REDIS_URL: redis.url });
    await pollUntil(
      () => server.stdout.includes('"listening"') || server.hasEnded,
      'it listens, or has given up',
      () => server.output,
    );
    expect(server.hasEnded).toBe(false);
    expect((await read(server)).status).toBe(503);
  });

  it('with MODEL_CONFIG_COLD_START=fail it refuses to start, and says why', async () => {
    const server = start({ DATA_DIR: folderWith('cache.sqlite'), MODEL_CONFIG_COLD_START: 'fail' });
    expect(await server.exit()).toBe(1);
    expect(server.stderr).toContain('ConfigUnavailableError');
  });

  it('with a cache file that is cut short it starts from nothing it cannot trust: it ends with one error', async () => {
    const folder = folderWith('cache.sqlite');
    for (const name of readdirSync(folder)) truncateSync(join(folder, name), 100);
    const server = start({ DATA_DIR: folder });
    expect(await server.exit()).toBe(1);
    expect(server.stderr).toContain('ConfigUnavailableError');
    expect(readdirSync(folder).some((name) => name.startsWith('cache.sqlite.corrupt-'))).toBe(true);
  });
});
