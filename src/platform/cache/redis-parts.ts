import { createRedis } from '../../adapters/redis/create-redis.js';
import type { ReadLimits } from '../../adapters/redis/read-limits.js';
import { RedisCheckup } from '../../adapters/redis/redis-checkup.js';
import { mastersOf, type RedisClient } from '../../adapters/redis/redis-client.js';
import { RedisKeyValue } from '../../adapters/redis/redis-key-value.js';
import { RedisKeys } from '../../adapters/redis/redis-keys.js';
import { RedisLink } from '../../adapters/redis/redis-link.js';
import { RedisLock } from '../../adapters/redis/redis-lock.js';
import { RedisTier } from '../../adapters/redis/redis-tier.js';
import { RedisTokenBucket } from '../../adapters/redis/redis-token-bucket.js';
import { ReleaseListener } from '../../adapters/redis/release-listener.js';
import type { Clock, Report } from '../../core/index.js';
import type { Settings } from '../config/index.js';

/** Of a value, as it is stored and once it is inflated: nobody stores more. */
const limits: ReadLimits = { maxStoredBytes: 268_435_456, maxValueBytes: 268_435_456 };
/** No text that anybody keeps is compressed to less than a thirtieth. */
const mostInflation = 32;
/** What the keys of `CACHE_MANAGER` that belong to no namespace are called in events. */
const freeArea = 'cache-manager';
/** What is worth telling of INFO. */
const toldOfServer =
  /^(redis_version|uptime_in_seconds|connected_clients|used_memory|maxmemory|maxmemory_policy|evicted_keys|expired_keys|keyspace_hits|keyspace_misses):(.*)$/gm;

/** What one Redis server says of itself and of all that is in it, ours or not. */
export type ServerInfo = Readonly<Record<string, string | number>>;

/** Everything over the one connection to Redis. */
export class RedisParts {
  readonly tier: RedisTier;
  readonly lock: RedisLock;
  /** Of calls to admin routes. */
  readonly adminTokens: RedisTokenBucket;
  /** The keys of `CACHE_MANAGER` that belong to no namespace. */
  readonly free: RedisKeyValue;
  private readonly checkup: RedisCheckup;
  private readonly link: RedisLink;
  private readonly listener: ReleaseListener;
  private readonly owned: RedisClient | null;
  private readonly limitsOf = new Map<string, ReadLimits>();

  /** @param client the user's own, which is left open; `null` for one to `REDIS_URL` */
  constructor({ access, cache, redis }: Settings, clock: Clock, report: Report, client: RedisClient | null) {
    const { url, deadlineMs } = redis;
    this.owned = client === null ? createRedis(url!, deadlineMs) : null;
    this.link = new RedisLink({
      client: client ?? this.owned!,
      report,
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
    const keys = new RedisKeys(cache.prefix);
    const { link } = this;
    const { compressFromBytes } = cache;
    this.tier = new RedisTier({
      link,
      keys,
      report,
      limits: (namespace) => this.limitsOf.get(namespace) ?? limits,
      compressFromBytes,
    });
    this.free = new RedisKeyValue({ link, keys, report, namespace: freeArea, limits, compressFromBytes });
    this.listener = new ReleaseListener(link, keys);
    this.lock = new RedisLock({ link, keys, listener: this.listener });
    this.adminTokens = new RedisTokenBucket({ link, keys, rate: access.adminRate });
    this.checkup = new RedisCheckup({
      link,
      report,
      prefix: cache.prefix,
      evictionPolicy: redis.evictionPolicy,
      applyEvictionPolicy: redis.applyEvictionPolicy,
      wall: () => clock.wall(),
    });
  }

  /**
   * A value that is longer than `bytes` as it is stored is none of this namespace's: of whatever somebody put in its
   * place, no more than that is fetched, and it is inflated only so far.
   */
  readUpTo(namespace: string, bytes: number): void {
    this.limitsOf.set(namespace, { maxStoredBytes: bytes, maxValueBytes: mostInflation * bytes });
  }

  /** Connects in the background; nobody waits for that. */
  start(): void {
    void this.checkup.start();
  }

  /** One for each master; `null` while Redis does not answer. */
  async serverInfo(): Promise<ServerInfo[] | null> {
    try {
      return await this.link.run('scan', (client) =>
        Promise.all(mastersOf(client).map(async (master) => parseInfo(await master.info()))),
      );
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    this.checkup.close();
    this.listener.close();
    this.link.close();
    this.owned?.disconnect();
  }
}

function parseInfo(text: string): ServerInfo {
  const found = [...text.matchAll(toldOfServer)].map(([, name, value]) => {
    const told = value!.trim();
    return [name, /^\d+$/.test(told) ? Number(told) : told] as const;
  });
  return Object.fromEntries(found) as ServerInfo;
}
