import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { DiskTier } from '../../adapters/disk/disk-tier.js';
import type { RedisClient } from '../../adapters/redis/redis-client.js';
import type { Clock, Lock, Report, Tier } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { REPORT } from '../observability/index.js';
import { RedisParts } from './redis-parts.js';

/** Injects an ioredis client of the user's own, `Redis` or `Cluster`, in place of `REDIS_URL`. It is left open. */
export const REDIS_CLIENT = Symbol('REDIS_CLIENT');

/** What there is beyond memory, opened without anybody waiting for it. */
@Injectable()
export class TiersService implements OnApplicationShutdown {
  readonly redis: RedisParts | null;
  readonly disk: DiskTier | null;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CLOCK) clock: Clock,
    @Inject(REPORT) report: Report,
    @Optional() @Inject(REDIS_CLIENT) client: RedisClient | null = null,
  ) {
    const { cache, dataDir, redis } = settings;
    this.redis =
      client === null && redis.url === null ? null : new RedisParts(settings, clock, report, client);
    const { diskMaxBytes: maxBytes, compressFromBytes } = cache;
    this.disk =
      maxBytes === null
        ? null
        : new DiskTier({ folder: dataDir, clock, report, maxBytes, compressFromBytes });
  }

  /** In the order they are asked; without the disk for values that must not be there. */
  tiers(onDisk: boolean, inRedis = true): Tier[] {
    const redis = inRedis && this.redis !== null ? [this.redis.tier] : [];
    return onDisk && this.disk !== null ? [...redis, this.disk] : redis;
  }

  get lock(): Lock | null {
    return this.redis?.lock ?? null;
  }

  /** Settles when the disk can be read, or is known not to be; Redis is connected to in the background. */
  async start(): Promise<void> {
    this.redis?.start();
    await this.disk?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.redis?.close(), this.disk?.close()]);
  }
}
