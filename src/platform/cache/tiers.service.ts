import { resolve } from 'node:path';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { DataFolderLock } from '../../adapters/disk/data-folder-lock.js';
import { DataFolderNotWritableError } from '../../adapters/disk/data-folder-not-writable.error.js';
import { DiskTier } from '../../adapters/disk/disk-tier.js';
import type { RedisClient } from '../../adapters/redis/redis-client.js';
import type { Clock, Lock, Report, Tier } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { REPORT } from '../observability/index.js';
import { DisksTogether } from './disks-together.js';
import type { OwnDisk } from './own-disk.js';
import { RedisParts } from './redis-parts.js';

/** Injects an ioredis client of the user's own, `Redis` or `Cluster`, in place of `REDIS_URL`. It is left open. */
export const REDIS_CLIENT = Symbol('REDIS_CLIENT');

/** What there is beyond memory, opened without anybody waiting for it. */
@Injectable()
export class TiersService implements OnApplicationShutdown {
  readonly redis: RedisParts | null;
  readonly disk: DiskTier | null;
  private readonly disks: DisksTogether;
  /** By folder. */
  private readonly ownDisks = new Map<string, { readonly own: OwnDisk; readonly tier: DiskTier }>();
  private readonly locks: DataFolderLock[] = [];
  private isStarted = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT) report: Report,
    @Optional() @Inject(REDIS_CLIENT) client: RedisClient | null = null,
  ) {
    const { cache, dataDir, redis } = settings;
    this.redis =
      client === null && redis.url === null ? null : new RedisParts(settings, clock, report, client);
    this.disks = new DisksTogether(report);
    const { diskMaxBytes: maxBytes, compressFromBytes } = cache;
    this.disk =
      maxBytes === null
        ? null
        : new DiskTier({
            folder: dataDir,
            clock,
            report: this.disks.of(dataDir, false),
            maxBytes,
            compressFromBytes,
          });
  }

  /** In the order they are asked; without the disk for values that must not be there. */
  tiers(onDisk: boolean, inRedis = true): Tier[] {
    const redis = inRedis && this.redis !== null ? [this.redis.tier] : [];
    return onDisk && this.disk !== null ? [...redis, this.disk] : redis;
  }

  /**
   * A disk of its own, which nothing but `clean` frees of what has expired; opened with the others at the start. Of a
   * folder that was asked for before it is the same one, with its first limit. `null` where nothing may be kept on disk
   * (`CACHE_DISK_MAX_BYTES=none`, the CLI).
   * @throws RangeError for the folder of the process's own disk
   */
  ownDisk(folder: string, maxBytes: number): OwnDisk | null {
    const { cache, dataDir } = this.settings;
    const place = resolve(folder);
    if (place === resolve(dataDir))
      throw new RangeError(`folder must be another one than DATA_DIR (${dataDir})`);
    if (cache.diskMaxBytes === null) return null;
    const known = this.ownDisks.get(place);
    if (known !== undefined) return known.own;
    const tier = new DiskTier({
      folder: place,
      clock: this.clock,
      report: this.disks.of(place, true),
      maxBytes,
      compressFromBytes: cache.compressFromBytes,
      cleanEveryMs: null,
      overwritesDeleted: false,
    });
    const own: OwnDisk = {
      tier,
      maxBytes,
      get usedBytes() {
        return tier.usedBytes;
      },
      clean: (withinMs) => tier.clean(withinMs),
    };
    this.ownDisks.set(place, { own, tier });
    if (this.isStarted)
      void this.open(place, tier).catch((error: unknown) => this.tellNotOpened(place, error));
    return own;
  }

  get lock(): Lock | null {
    return this.redis?.lock ?? null;
  }

  /**
   * Settles when the disk can be read, or is known not to be; Redis is connected to in the background.
   * @throws DataFolderInUseError where another process has the folder of a disk of its own
   */
  async start(): Promise<void> {
    this.redis?.start();
    this.isStarted = true;
    const own = [...this.ownDisks].map(([folder, { tier }]) => this.open(folder, tier));
    await Promise.all([this.disk?.start(), ...own]);
  }

  async onApplicationShutdown(): Promise<void> {
    const disks = [this.disk, ...[...this.ownDisks.values()].map(({ tier }) => tier)];
    await Promise.all([this.redis?.close(), ...disks.map((disk) => disk?.close())]);
    await Promise.all(this.locks.splice(0).map((lock) => lock.release()));
  }

  /** The lock of `DATA_DIR` does not cover a folder that may be anywhere. */
  private async open(folder: string, tier: DiskTier): Promise<void> {
    try {
      this.locks.push(await DataFolderLock.acquire(folder));
    } catch (error) {
      // A disk that is away is no reason not to start: it is tried again and again.
      if (!(error instanceof DataFolderNotWritableError)) throw error;
    }
    await tier.start();
  }

  private tellNotOpened(folder: string, error: unknown): void {
    this.disks.of(folder, true)({ type: 'tier-failed', tier: 'disk', operation: 'start', error });
  }
}
