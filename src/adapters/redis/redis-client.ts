import type { Cluster, Redis } from 'ioredis';
import { isUnreachable } from './redis-error.js';

/** One pipelined connection to a server, or one to each node of a Cluster. */
export type RedisClient = Redis | Cluster;

/** Each server that holds keys of its own; of a Cluster those that are known by now, which may be none. */
export function mastersOf(client: RedisClient): Redis[] {
  return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis];
}

/**
 * All of them answer, and keys are served: a PING is also answered by a node of a Cluster that is down, or by a replica
 * that has lost its master.
 */
export async function probeAll(client: RedisClient): Promise<void> {
  const masters = mastersOf(client);
  if (client.status !== 'ready' || masters.length === 0)
    throw new Error(`The client is not ready: ${client.status}`);
  await Promise.all([
    ...masters.map((master) => master.ping()),
    client.exists('lastgood').catch(unlessUnreachable),
  ]);
}

function unlessUnreachable(error: unknown): void {
  if (isUnreachable(error)) throw error;
}
