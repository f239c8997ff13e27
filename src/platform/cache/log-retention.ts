import type { Settings } from '../config/index.js';

const dayMs = 86_400_000;
/** The one stream that others fill, an event at a time, and by far the longest. */
const catalogStream = 'catalog';

/**
 * How long (ms) changes of a stream are kept: a day longer than any tier keeps what was read before them, so that what
 * was purged is known for as long as it may be anywhere (CO-13), and what was not, is not given up for want of proof.
 * @param staleMs how long a value of the stream is kept after it has ceased to be fresh, as its policy is now
 */
export function logRetentionMs(
  stream: string,
  staleMs: number,
  { cache, catalog }: Pick<Settings, 'cache' | 'catalog'>,
): number {
  const longestMs = cache.maxTtlMs + dayMs;
  if (stream !== catalogStream) return longestMs;
  return Math.min(longestMs, Math.max(...Object.values(catalog.maxAge)) + staleMs + dayMs);
}
