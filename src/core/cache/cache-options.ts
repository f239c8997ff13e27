import type { Clock } from '../clock.js';
import type { AsOf } from '../coherence/as-of.js';
import type { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import type { EntryMap } from './entry-map.js';
import type { NewestBy } from './newest-by.js';

export interface CacheOptions<T> {
  readonly clock: Clock;
  readonly policy: Policy;
  /** The stream whose counter confirms and supersedes the entries; without one only their own loads do. */
  readonly stream?: Stream;
  /**
   * What says that a value is current (PROTOCOL CO-7). `counter`, the default with a stream: each poll that shows no
   * change, for values read from the stream's own database. `load`: its own load alone, for values from elsewhere.
   */
  readonly confirmedBy?: 'counter' | 'load';
  readonly entries?: EntryMap<T>;
  /** Names the scopes that every entry has by its place (`cacheScopes`); without it they have none. */
  readonly namespace?: string;
  /** What is held is the last known good: a purge has it replaced, never dropped before (PROTOCOL CO-13). */
  readonly pinned?: boolean;
  /** Default: `version`. */
  readonly newestBy?: NewestBy;
}

/** What may be told of a value as it is set; everything has a default, for which `null` stands as well. */
export interface SetFacts {
  readonly asOf?: AsOf | null;
  readonly scopes?: readonly string[];
  /** When the origin last said that this is current, on the clock's timeline. Default: now. */
  readonly confirmedAt?: number;
  /** The value's own maxAge in ms, taken as it is; by default the policy's, spread by its jitter. */
  readonly maxAgeMs?: number | null;
  /** What the origin said with its "does not exist". */
  readonly message?: string | null;
}

/** What is known of a value that somebody else stored. */
export interface PromotedFacts extends SetFacts {
  /**
   * It was confirmed no later than this, whatever `confirmedAt` says by the clock of whoever stored it. That makes it
   * older, and does not change which of two values is the newer one.
   */
  readonly confirmedBy?: number;
  /** When it was confirmed as whoever stored it said, by that one's clock: two that say the same are copies. */
  readonly toldAt?: number;
  /** When it was stored, on the clock's timeline. */
  readonly broughtAt?: number;
}

/** What is known of a value that was read here. */
export interface ReadFacts extends SetFacts {
  /** When the reading began, where what was read may have been confirmed earlier. Default: `confirmedAt`. */
  readonly readAt?: number;
}
