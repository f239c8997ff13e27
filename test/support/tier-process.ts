import { StaleWhileRevalidateCache } from '../../src/core/cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges, confirm } from '../../src/core/coherence/apply-reply.js';
import { Stream } from '../../src/core/coherence/stream.js';
import type { LastgoodEvent } from '../../src/core/events.js';
import type { Origin } from '../../src/core/load/origin.js';
import { Reader } from '../../src/core/load/reader.js';
import type { Policy } from '../../src/core/policy/policy.js';
import type { Lock } from '../../src/core/tiers/lock.js';
import type { MirrorsOptions } from '../../src/core/tiers/mirrors-options.js';
import { Mirrors } from '../../src/core/tiers/mirrors.js';
import { SharedLoad } from '../../src/core/tiers/shared-load.js';
import { everythingOn, type Switches } from '../../src/core/tiers/switches.js';
import type { FakeChangeFeed } from '../../src/testing/fake-change-feed.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';

export interface ProcessOptions extends Partial<MirrorsOptions<string>> {
  readonly clock: VirtualClock;
  readonly origin: Origin<string>;
  readonly policy?: Partial<Policy>;
  /** Without one the namespace belongs to no stream. */
  readonly feed?: FakeChangeFeed;
  readonly confirmedBy?: 'counter' | 'load';
  /** Without one each process loads for itself. */
  readonly lock?: Lock;
  readonly waitMs?: number;
  readonly refreshIntervalMs?: number;
  readonly random?: () => number;
}

/** One process as far as one namespace goes: a cache of its own, and tiers, lock and log that it shares with others. */
export interface TierProcess {
  readonly cache: StaleWhileRevalidateCache<string>;
  readonly stream: Stream;
  readonly mirrors: Mirrors<string>;
  readonly reader: Reader<string>;
  readonly switches: Switches;
  readonly events: LastgoodEvent[];
  told<K extends LastgoodEvent['type']>(type: K): Extract<LastgoodEvent, { type: K }>[];
  /** Polls once, as a follower does. */
  catchUp(): Promise<void>;
}

export const tierPolicy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 600_000,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 10_000,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

export function tierProcess(options: ProcessOptions): TierProcess {
  const { clock, origin, feed, lock, waitMs, confirmedBy, newestBy, pinned, random = () => 0.5 } = options;
  const namespace = options.namespace ?? 'n';
  const events: LastgoodEvent[] = [];
  const report = (event: LastgoodEvent) => void events.push(event);
  const stream = new Stream('config');
  const switches = options.switches ?? everythingOn();
  const cache = new StaleWhileRevalidateCache<string>({
    clock,
    namespace,
    policy: { ...tierPolicy, ...options.policy },
    ...(feed && { stream }),
    ...(confirmedBy && { confirmedBy }),
    ...(pinned && { pinned }),
    ...(newestBy && { newestBy }),
  });
  const mirrors = new Mirrors<string>({
    tiers: [],
    maxBytes: null,
    maxTtlMs: Number.POSITIVE_INFINITY,
    ...options,
    namespace,
    clock,
    report,
    cache,
    switches,
  });
  const of = { namespace, clock, report, random, cache, mirrors, switches };
  const between = { refreshIntervalMs: options.refreshIntervalMs ?? 0 };
  const shared = lock && new SharedLoad<string>({ ...of, ...between, lock, ...(waitMs && { waitMs }) });
  const reader = new Reader<string>({ ...of, ...between, origin, ...(shared && { shared }) });
  return {
    cache,
    stream,
    mirrors,
    reader,
    switches,
    events,
    told: (type) => events.filter((event) => event.type === type) as never,
    catchUp: async () => {
      if (feed === undefined) throw new Error('no feed, no stream');
      const { epoch, applied } = stream.state;
      const sentAt = clock.now();
      const reply = await feed.poll(epoch === null ? null : applied.version);
      const apply = epoch === reply.epoch ? applyChanges : adoptHistory;
      const next = apply(stream.state, reply, clock.now());
      stream.commit(reply.more ? next : confirm(next, sentAt));
    },
  };
}
