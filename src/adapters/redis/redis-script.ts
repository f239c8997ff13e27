import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-client.js';
import { answerCode } from './redis-error.js';

/**
 * A Lua script, sent by its hash, and whole to a server that does not know it. It is not one of ioredis's own commands,
 * since those ask in a round trip of their own whether the server knows them.
 */
export class RedisScript {
  private readonly sha: string;

  constructor(private readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /** @param keys of one slot */
  async run(
    client: RedisClient,
    keys: readonly string[],
    args: readonly (string | Buffer | number)[],
  ): Promise<unknown> {
    try {
      return await client.evalsha(this.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (answerCode(error) !== 'NOSCRIPT') throw error;
      return client.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}
