import type { Reader, ReadResult } from '../../../core/index.js';

/**
 * What is held where it is fresh and not older than that; else what a load brings: this one, the one that runs, or
 * another process's.
 * @throws TooStaleError, UnavailableError when the origin gives nothing or is left alone for now
 */
export async function readFresh<T>(
  reader: Reader<T>,
  key: string,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Promise<ReadResult<T>> {
  const held = freshIn(reader, key, maxAgeMs);
  if (held !== null) return held;
  try {
    return await reader.getWithin(key, 0);
  } catch (error) {
    // What another process loaded meanwhile is fresh too, though older than this question.
    const found = freshIn(reader, key, maxAgeMs);
    if (found !== null) return found;
    throw error;
  }
}

function freshIn<T>(reader: Reader<T>, key: string, maxAgeMs: number): ReadResult<T> | null {
  const held = reader.describe(key);
  return held !== null && !held.isStale && held.age <= maxAgeMs ? held : null;
}
