import type { RedisClient } from './redis-client.js';
import { answerCode } from './redis-error.js';

/**
 * What is stored, `null` for nothing, `foreign` for what is no string. Of more than `maxBytes` it is the first
 * `maxBytes + 1`: whatever somebody put there, no more than that comes over the line and into memory.
 */
export async function readCapped(
  client: RedisClient,
  key: string,
  maxBytes: number,
): Promise<Buffer | 'foreign' | null> {
  try {
    const bytes = await client.getrangeBuffer(key, 0, maxBytes);
    return bytes.length === 0 ? null : bytes;
  } catch (error) {
    if (answerCode(error) === 'WRONGTYPE') return 'foreign';
    throw error;
  }
}
