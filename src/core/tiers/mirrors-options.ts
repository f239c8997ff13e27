import type { NewestBy } from '../cache/newest-by.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { Report } from '../events.js';
import type { Switches } from './switches.js';
import type { Tier } from './tier.js';
import type { ValueCodec } from './value-codec.js';

export interface MirrorsOptions<T> {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly cache: StaleWhileRevalidateCache<T>;
  /** In the order they are asked. */
  readonly tiers: readonly Tier[];
  readonly switches: Switches;
  readonly codec?: ValueCodec<T>;
  /** The limit on a value's stored bytes; `null` for none. */
  readonly maxBytes: number | null;
  /** The longest that a tier keeps anything (ms), pinned values on disk excepted. */
  readonly maxTtlMs: number;
  /** The last known good: no tier evicts it or forgets it by time. */
  readonly pinned?: boolean;
  /** Nothing is ever read from the tiers. */
  readonly writeOnly?: boolean;
  /** Personal data: nothing of it is read until it is known what was purged (CO-13). */
  readonly personal?: boolean;
  /** Which of two entries of one epoch stands. Default: `version`. */
  readonly newestBy?: NewestBy;
}
