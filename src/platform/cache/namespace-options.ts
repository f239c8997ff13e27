import type { OwnDisk } from './own-disk.js';
import type { NewestBy, Origin, Policy, ValueCodec } from '../../core/index.js';

export interface PinnedNamespace<T> {
  readonly namespace: string;
  readonly policy: Policy;
  readonly stream: string;
  /** The one key of the namespace. */
  readonly key: string;
  readonly origin: Origin<T>;
  /** Needed where values are more than JSON. */
  readonly codec?: ValueCodec<T>;
  /** The last known good is kept in Redis too. Default: on disk alone. */
  readonly inRedis?: boolean;
  /** Whether a start may serve what was kept. Default: yes. */
  readonly restores?: boolean;
  /** Unconfirmed for this long (ms), it makes the state of the process critical. Default: never. */
  readonly staleAlarmMs?: number;
  /** While it is not there, everything else is served all the same. Default: no. */
  readonly optional?: boolean;
}

export interface KeyedNamespace<T> {
  readonly namespace: string;
  /** Default: fresh for `STALE_DAYS`, then stale for as long as `TTL_DAYS` allow. */
  readonly policy?: Policy;
  /** The stream that changes of its values are counted in; `cacheStream` where they belong to none. */
  readonly stream: string;
  /** See `CacheOptions`. */
  readonly confirmedBy: 'counter' | 'load';
  readonly origin: Origin<T>;
  /** Needed where values are more than JSON. */
  readonly codec?: ValueCodec<T>;
  /** Personal data: never on disk, and never served before it is known what was purged. */
  readonly personal?: boolean;
  /** Default: yes, unless it is personal. */
  readonly onDisk?: boolean;
  /** Default: yes. */
  readonly inRedis?: boolean;
  /** A disk of its own (`TiersService.ownDisk`), in the place of the one of the process. */
  readonly disk?: OwnDisk;
  /** Default: `CACHE_MEMORY_MAX_BYTES`. */
  readonly memoryMaxBytes?: number;
  /**
   * Which of two values of one key stands: that of the later version of the stream (default), or, where values age from
   * their observation and the stream does nothing but purge and mark, the one that was observed later.
   */
  readonly newestBy?: NewestBy;
  /** Of one value as it is stored (bytes), `null` for no limit. Default: `CACHE_MAX_VALUE_BYTES`. */
  readonly maxValueBytes?: number | null;
  /** How long a caller waits for another process's load (ms). Default: 5 s. */
  readonly lockWaitMs?: number;
  /** Of different keys at the origin; others wait within their hard timeout. Default: see `LoaderOptions`. */
  readonly maxLoadsAtOnce?: number;
  /**
   * A refresh that nobody waits for is not begun within so long (ms) of the last load of its key by any process, so that
   * a burst of changes becomes few loads. Default: 0.
   */
  readonly refreshIntervalMs?: number;
}
