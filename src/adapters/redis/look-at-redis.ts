import { Redis } from 'ioredis';
import { redisOptions } from './redis-options.js';
import { versionFault } from './version-fault.js';

const answersWithinMs = 1_800;

interface RedisLook {
  readonly version: string | null;
  readonly fault: string | null;
  /** `null` where it does not tell. */
  readonly policy: string | null;
  readonly tookMs: number;
}

/** Asks once, over a connection of its own, and changes nothing. Rejects where it cannot be reached. */
export async function lookAtRedis(url: string, signal: AbortSignal): Promise<RedisLook> {
  const client = new Redis(url, {
    ...redisOptions,
    connectTimeout: answersWithinMs,
    commandTimeout: answersWithinMs,
    retryStrategy: () => null,
  });
  let problem: Error | null = null;
  client.on('error', (error) => (problem = error));
  const letGo = () => client.disconnect();
  signal.addEventListener('abort', letGo);
  try {
    // What `connect` itself tells is only that the connection is closed.
    await client.connect().catch((error: unknown) => Promise.reject(problem ?? error));
    const sentAt = performance.now();
    await client.ping();
    const tookMs = performance.now() - sentAt;
    const info = await client.info('server').catch(() => '');
    const [, policy = null] = (await client.config('GET', 'maxmemory-policy').catch(() => [])) as string[];
    const [, version = null] = /^redis_version:(\S+)/m.exec(info) ?? [];
    return { version, fault: versionFault(info), policy, tookMs };
  } finally {
    signal.removeEventListener('abort', letGo);
    letGo();
  }
}
