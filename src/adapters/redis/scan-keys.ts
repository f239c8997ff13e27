import { mastersOf } from './redis-client.js';
import type { RedisLink } from './redis-link.js';

const batch = 1_000;

/**
 * The keys that match, of every master, about a thousand at a time; one that is there all the while is among them, and
 * may be twice. Other clients are served in between, and Redis is never asked for KEYS.
 */
export async function* scanKeys(link: RedisLink, pattern: string): AsyncGenerator<string[], void> {
  for (const master of mastersOf(link.client)) {
    let cursor = '0';
    do {
      const from = cursor;
      const [next, found] = await link.run('scan', () => master.scan(from, 'MATCH', pattern, 'COUNT', batch));
      if (found.length > 0) yield found;
      cursor = next;
    } while (cursor !== '0');
  }
}

/** How many of them there were. In a Cluster each key has a slot of its own, and a command to itself. */
export async function unlinkKeys(link: RedisLink, keys: readonly string[]): Promise<number> {
  const counts = await link.run('delete', (client) =>
    Promise.all(client.isCluster ? keys.map((key) => client.unlink(key)) : [client.unlink(...keys)]),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
