import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { createRedis } from '../dist/src/adapters/redis/create-redis.js';
import { RedisKeyValue } from '../dist/src/adapters/redis/redis-key-value.js';
import { RedisKeys } from '../dist/src/adapters/redis/redis-keys.js';
import { RedisLink } from '../dist/src/adapters/redis/redis-link.js';

const findRedis = createRequire(import.meta.url)('../test/support/find-redis.cjs');

const report = () => undefined;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A redis-server for this process, and its free area as `CACHE_MANAGER` has it. Throws where there is no server. */
export async function startSharedArea() {
  const found = findRedis();
  if (found === null)
    throw new Error('The suite over Redis needs a redis-server: set REDIS_SERVER, or install one');
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()];
  const env = { PATH: process.env.PATH, ...(found.libraries && { LD_LIBRARY_PATH: found.libraries }) };
  const server = spawn(found.server, settings, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  for await (const chunk of server.stdout) {
    log += chunk;
    if (log.includes('Ready to accept connections')) break;
  }
  const client = createRedis(`redis://127.0.0.1:${port}`);
  const link = new RedisLink({ client, report, deadlineMs: 5_000 });
  await link.start();
  const limits = { maxStoredBytes: 1e8, maxValueBytes: 1e8 };
  const shared = new RedisKeyValue({
    link,
    keys: new RedisKeys('compliance'),
    report,
    namespace: 'compliance',
    limits,
    compressFromBytes: 65_536,
  });
  const stop = async () => {
    link.close();
    client.disconnect();
    server.kill();
    await once(server, 'exit');
  };
  return { shared, stop };
}
