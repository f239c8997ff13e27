// A namespace of one process as the service makes it: memory, Redis and the lock, behind a reader. Its stream is a fake
// that every process has alike, so that what one stores is proven to the others.
import { Redis } from 'ioredis';
import { LruEntryMap } from '../../dist/src/adapters/memory/lru-entry-map.js';
import { RedisKeys } from '../../dist/src/adapters/redis/redis-keys.js';
import { RedisLink } from '../../dist/src/adapters/redis/redis-link.js';
import { RedisLock } from '../../dist/src/adapters/redis/redis-lock.js';
import { RedisTier } from '../../dist/src/adapters/redis/redis-tier.js';
import { redisOptions } from '../../dist/src/adapters/redis/redis-options.js';
import { ReleaseListener } from '../../dist/src/adapters/redis/release-listener.js';
import { SystemClock } from '../../dist/src/adapters/system/system-clock.js';
import {
  everythingOn,
  Mirrors,
  Reader,
  SharedLoad,
  StaleWhileRevalidateCache,
  Stream,
  StreamFollower,
} from '../../dist/src/core/index.js';
import { FakeChangeFeed } from '../../dist/src/testing/index.js';

const namespace = 'bench';
const defaults = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  hardTimeoutMs: 10_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};
const maxBytes = 131_072;

const patient = { commandTimeout: 5_000, socketTimeout: 10_000 };

/**
 * @param load what the origin answers for a key
 * @param isPatient with deadlines that a busy machine keeps, where they are not what is measured
 */
export async function tieredReader({ url, load, policy, report = () => undefined, isPatient = false }) {
  const clock = new SystemClock();
  const client = new Redis(url, { ...redisOptions, ...(isPatient && patient) });
  client.on('error', () => undefined);
  const link = new RedisLink({ client, report, ...(isPatient && { deadlineMs: patient.commandTimeout }) });
  const keys = new RedisKeys('lg');
  const listener = new ReleaseListener(link, keys);
  const tier = new RedisTier({
    link,
    keys,
    report,
    limits: () => ({ maxStoredBytes: 2 * maxBytes, maxValueBytes: 2 * maxBytes }),
    compressFromBytes: 65_536,
  });
  const lock = new RedisLock({ link, keys, listener });
  const feed = new FakeChangeFeed();
  const asOf = feed.change(['seed']);
  const stream = new Stream('cache');
  const cache = new StaleWhileRevalidateCache({
    clock,
    policy: { ...defaults, ...policy },
    entries: new LruEntryMap({ maxEntries: 10_000, maxBytes: 1e9 }),
    namespace,
    stream,
    confirmedBy: 'load',
  });
  const common = { namespace, clock, report, cache, switches: everythingOn() };
  const mirrors = new Mirrors({
    ...common,
    tiers: [tier],
    maxBytes,
    maxTtlMs: 2_592_000_000,
  });
  const shared = new SharedLoad({ ...common, random: Math.random, mirrors, lock });
  const origin = { load: async (key) => ({ value: await load(key) }) };
  const reader = new Reader({ ...common, origin, mirrors, shared });
  const follower = new StreamFollower({ clock, report, feed, stream, listen: false });
  follower.start();
  if (!(await follower.whenApplied(asOf.version, 5_000))) throw new Error('The stream was not read');
  await link.start();
  const stop = async () => {
    await follower.stop();
    listener.close();
    link.close();
    client.disconnect();
  };
  return { namespace, client, link, tier, cache, mirrors, reader, stop };
}
