import type { RedisOptions } from 'ioredis';

const longestRetryMs = 1_000;

/** Doubles from 50 ms, each half of it random: a fleet does not come back in one beat. */
function retryDelay(attempt: number): number {
  return Math.min(longestRetryMs, 50 * 2 ** Math.min(attempt - 1, 10)) * (0.5 + Math.random() / 2);
}

/**
 * What was measured to survive a black hole. With ioredis's defaults a command that was swallowed never settles; with
 * `commandTimeout` alone each one fails, also after the network heals, since only `socketTimeout` gives the dead socket
 * up; and what is sent again on a new connection may have been carried out already. No caller waits for as long: the
 * link has a shorter deadline. For a Cluster: as `redisOptions`.
 */
export const redisOptions = {
  commandTimeout: 100,
  socketTimeout: 2_000,
  connectTimeout: 500,
  // A socket that is dead already is waited for as well, and keeps the process from ending.
  disconnectTimeout: 200,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: true,
  lazyConnect: true,
  connectionName: 'lastgood',
  retryStrategy: retryDelay,
} satisfies RedisOptions;
