import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reader, ReadResult } from '../../../core/index.js';
import { sha256Of } from '../../../platform/audit/index.js';
import { cacheControl, cacheStatus, etagMatches, readMinVersion } from '../../../platform/cache/index.js';

/** A value is hashed once: the reader gives the same object for as long as it is current. */
const hashes = new WeakMap<object, string>();

/**
 * One read as a request asks for it, with what it says of itself as headers: the value, or `null` where the caller has
 * it already and is told so (304).
 * @throws MinVersionInvalidError, VersionNotReachedError, and what `Reader.get` throws
 */
export async function readLabelled<T extends object>(
  reader: Reader<T>,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ReadResult<T> | null> {
  const wanted = readMinVersion(request.headers);
  const read = await (wanted === null ? reader.get(key) : reader.getAtLeast(key, wanted));
  const { source, reason, age: ageMs, data } = read;
  const { policy } = reader.cache;
  // Weak: two answers of one value differ in the age they tell.
  const etag = `W/"${hashOf(data)}"`;
  reply.headers({
    etag,
    age: Math.floor(ageMs / 1000),
    'cache-control': cacheControl(policy),
    'cache-status': cacheStatus({ source, reason, ageMs }, policy),
  });
  if (!etagMatches(request.headers['if-none-match'], etag)) return read;
  reply.status(304);
  return null;
}

function hashOf(value: object): string {
  const known = hashes.get(value) ?? sha256Of(value).slice(0, 32);
  hashes.set(value, known);
  return known;
}
