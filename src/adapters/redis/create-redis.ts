import { Redis } from 'ioredis';
import { redisOptions } from './redis-options.js';

/**
 * The one client of a process, which connects when it is first used and reconnects for ever.
 * @param url `redis://` or `rediss://`, with user, password and database
 */
export function createRedis(url: string): Redis {
  const client = new Redis(url, redisOptions);
  // Without a listener ioredis writes each error to stderr; what failed is told by whoever asked.
  client.on('error', () => undefined);
  return client;
}
