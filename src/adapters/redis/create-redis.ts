import { Redis } from 'ioredis';
import { redisOptions } from './redis-options.js';

/**
 * The one client of a process, which connects when it is first used and reconnects for ever.
 * @param url `redis://` or `rediss://`, with user, password and database
 * @param deadlineMs of the link, where it is longer than usual
 */
export function createRedis(url: string, deadlineMs = 0): Redis {
  const commandTimeout = Math.max(redisOptions.commandTimeout, 2 * deadlineMs);
  const socketTimeout = Math.max(redisOptions.socketTimeout, 2 * deadlineMs);
  const client = new Redis(url, { ...redisOptions, commandTimeout, socketTimeout });
  // Without a listener ioredis writes each error to stderr; what failed is told by whoever asked.
  client.on('error', () => undefined);
  return client;
}
