import { Redis } from 'ioredis';
import { createRedis } from '../../src/adapters/redis/create-redis.js';
import type { RedisClient } from '../../src/adapters/redis/redis-client.js';
import { redisOptions } from '../../src/adapters/redis/redis-options.js';
import { RedisKeys } from '../../src/adapters/redis/redis-keys.js';
import { RedisLink } from '../../src/adapters/redis/redis-link.js';
import { RedisLock } from '../../src/adapters/redis/redis-lock.js';
import { RedisTier, type RedisTierOptions } from '../../src/adapters/redis/redis-tier.js';
import { ReleaseListener } from '../../src/adapters/redis/release-listener.js';
import type { LastgoodEvent } from '../../src/core/index.js';

/** Ours, but for the deadlines. */
const evenOptions = { ...redisOptions, commandTimeout: 500 };
export const patientOptions = { ...redisOptions, commandTimeout: 5_000, socketTimeout: 10_000 };

type Failure = Extract<LastgoodEvent, { type: 'tier-failed' }>;

export interface RedisRigOptions extends Partial<Omit<RedisTierOptions, 'keys'>> {
  readonly prefix?: string;
  readonly deadlineMs?: number;
  /** Default: nobody looks, so that what is counted is what was asked. */
  readonly lookEveryMs?: number;
}

/** Everything of one process that talks to Redis, over a client of its own. */
export class RedisRig {
  readonly events: LastgoodEvent[] = [];
  readonly link: RedisLink;
  readonly tier: RedisTier;
  readonly lock: RedisLock;
  readonly listener: ReleaseListener;
  readonly keys: RedisKeys;

  constructor(
    readonly client: RedisClient,
    { prefix = 'lg', deadlineMs = 50, lookEveryMs = 3_600_000, ...options }: RedisRigOptions = {},
  ) {
    const report = (event: LastgoodEvent) => void this.events.push(event);
    this.keys = new RedisKeys(prefix);
    this.link = new RedisLink({ client, report, deadlineMs, lookEveryMs });
    this.listener = new ReleaseListener(this.link, this.keys);
    this.lock = new RedisLock({ link: this.link, keys: this.keys, listener: this.listener });
    this.tier = new RedisTier({
      link: this.link,
      keys: this.keys,
      report,
      limits: () => ({ maxStoredBytes: 200_000, maxValueBytes: 100_000 }),
      compressFromBytes: 1_000,
      ...options,
    });
  }

  /** As in production; connected, or known not to be. */
  static async over(where: string | RedisClient, options?: RedisRigOptions): Promise<RedisRig> {
    const rig = new RedisRig(typeof where === 'string' ? createRedis(where) : where, options);
    await rig.link.start();
    return rig;
  }

  /** For whoever needs calls to fail soon, but never for the machine's sake. */
  static even(url: string): Promise<RedisRig> {
    return RedisRig.over(new Redis(url, evenOptions), { deadlineMs: 300 });
  }

  /** For whoever measures nothing, on a machine that may be busy. */
  static patient(where: string | RedisClient, options?: RedisRigOptions): Promise<RedisRig> {
    const client = typeof where === 'string' ? new Redis(where, patientOptions) : where;
    return RedisRig.over(client, { deadlineMs: patientOptions.commandTimeout, ...options });
  }

  get failures(): Failure[] {
    return this.events.filter((event): event is Failure => event.type === 'tier-failed');
  }

  /** Each time that Redis went, or came. */
  get states(): boolean[] {
    return this.events.flatMap((event) => (event.type === 'tier-state' ? [event.isUp] : []));
  }

  async plant(namespace: string, key: string, bytes: Buffer): Promise<void> {
    await this.client.set(this.keys.entry(namespace, key).value, bytes);
  }

  async holds(namespace: string, key: string): Promise<boolean> {
    const { value, absence } = this.keys.entry(namespace, key);
    return (await this.client.exists(value, absence)) > 0;
  }

  async close(): Promise<void> {
    this.listener.close();
    this.link.close();
    this.client.disconnect();
  }
}
