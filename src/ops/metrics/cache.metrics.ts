import { Inject, Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Clock, LastgoodEvent, TierName } from '../../core/index.js';
import { NamespaceRegistry, TiersService } from '../../platform/cache/index.js';
import { CLOCK } from '../../platform/clock/clock.module.js';
import { EventBus } from '../../platform/observability/index.js';

/** How often the tiers are asked how much they hold; a scrape tells what they said last. */
const sampleEveryMs = 60_000;

const cacheType = 'cache_type';
export const cacheMetrics = [
  makeCounterProvider({
    name: 'cache_hit_total',
    help: 'Reads answered by a tier; status is fresh or stale in memory, and hit beyond it',
    labelNames: [cacheType, 'tier', 'status'],
  }),
  makeCounterProvider({
    name: 'cache_miss_total',
    help: 'Reads that no tier answered',
    labelNames: [cacheType],
  }),
  makeCounterProvider({
    name: 'cache_lock_total',
    help: 'Locks over all processes that were taken here, or held by another one',
    labelNames: [cacheType, 'result'],
  }),
  makeGaugeProvider({ name: 'cache_locks_in_flight', help: 'Locks over all processes that are held here' }),
  makeCounterProvider({
    name: 'cache_refresh_total',
    help: 'Loads behind stale answers: started, skipped_locked (another process runs it), and how they ended: success or fail',
    labelNames: [cacheType, 'result'],
  }),
  makeCounterProvider({
    name: 'cache_loads_total',
    help: 'Loads from the origin, those of pinned namespaces included: success or fail',
    labelNames: [cacheType, 'result'],
  }),
  makeHistogramProvider({
    name: 'cache_value_size_bytes',
    help: 'Values as they are stored beyond memory, compressed',
    labelNames: [cacheType],
    buckets: [256, 1_024, 4_096, 16_384, 65_536, 131_072, 1_048_576],
  }),
  makeGaugeProvider({
    name: 'cache_size_bytes',
    help: 'What a tier holds: memory as estimated, others as sampled once a minute',
    labelNames: [cacheType, 'tier'],
  }),
  makeHistogramProvider({
    name: 'cache_read_seconds',
    help: 'Looks into a tier beyond memory that were answered',
    labelNames: ['tier'],
    buckets: [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
  }),
  makeCounterProvider({
    name: 'cache_corrupt_total',
    help: 'Stored entries that could not be read, and were deleted',
    labelNames: ['tier'],
  }),
  makeGaugeProvider({
    name: 'cache_breaker_state',
    help: '1 while a tier does not answer and is left alone',
    labelNames: ['tier'],
  }),
  makeGaugeProvider({
    name: 'cache_age_seconds',
    help: 'Time since the origin last confirmed what a pinned namespace serves',
    labelNames: [cacheType],
  }),
  makeGaugeProvider({
    name: 'cache_frozen',
    help: '1 while an operator keeps what this process holds of a namespace from being replaced',
    labelNames: [cacheType],
  }),
];

const refreshResults = {
  started: 'started',
  skipped: 'skipped_locked',
  succeeded: 'success',
  failed: 'fail',
};

/** CA-9: a fold over events; what is counted as plain integers is read when it is scraped. */
@Injectable()
export class CacheMetrics {
  /** Both by tier and namespace. */
  private readonly tierHits = new Map<string, { namespace: string; tier: TierName; count: number }>();
  private readonly sizes = new Map<string, { namespace: string; tier: TierName; bytes: number }>();
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventBus) events: EventBus,
    @InjectMetric('cache_hit_total') private readonly hits: Counter,
    @InjectMetric('cache_miss_total') private readonly misses: Counter,
    @InjectMetric('cache_lock_total') private readonly locks: Counter,
    @InjectMetric('cache_locks_in_flight') private readonly held: Gauge,
    @InjectMetric('cache_refresh_total') private readonly refreshes: Counter,
    @InjectMetric('cache_loads_total') private readonly loads: Counter,
    @InjectMetric('cache_value_size_bytes') private readonly valueBytes: Histogram,
    @InjectMetric('cache_size_bytes') private readonly size: Gauge,
    @InjectMetric('cache_read_seconds') private readonly reads: Histogram,
    @InjectMetric('cache_corrupt_total') private readonly corrupt: Counter,
    @InjectMetric('cache_breaker_state') private readonly breaker: Gauge,
    @InjectMetric('cache_age_seconds') private readonly age: Gauge,
    @InjectMetric('cache_frozen') private readonly frozen: Gauge,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  collect(): void {
    this.sampleNowAndThen();
    this.size.reset();
    for (const { namespace, tier, bytes } of this.sizes.values()) {
      this.size.set({ cache_type: namespace, tier }, bytes);
    }
    this.hits.reset();
    this.misses.reset();
    for (const { namespace, cache, reader, pinnedKey, memoryBytes } of this.registry.all()) {
      const labels = { cache_type: namespace, tier: 'memory' };
      this.hits.inc({ ...labels, status: 'fresh' }, cache.freshHits);
      this.hits.inc({ ...labels, status: 'stale' }, cache.staleHits);
      this.misses.inc({ cache_type: namespace }, cache.misses);
      this.size.set(labels, memoryBytes());
      this.beginAtZero(namespace);
      this.frozen.set({ cache_type: namespace }, cache.freeze.isOn ? 1 : 0);
      const held = pinnedKey === null ? null : reader.describe(pinnedKey);
      if (held !== null) this.age.set({ cache_type: namespace }, held.age / 1000);
    }
    for (const { namespace, tier, count } of this.tierHits.values()) {
      this.hits.inc({ cache_type: namespace, tier, status: 'hit' }, count);
    }
  }

  private fold(event: LastgoodEvent): void {
    switch (event.type) {
      case 'tier-read':
        this.reads.observe({ tier: event.tier }, event.durationMs / 1000);
        if (event.isHit) this.countHit(event.tier, event.namespace);
        return;
      case 'lock':
        this.locks.inc({ cache_type: event.namespace, result: event.result });
        if (event.result === 'acquired') this.held.inc();
        return;
      case 'lock-released':
        this.held.dec();
        return;
      case 'refresh':
        this.refreshes.inc({ cache_type: event.namespace, result: refreshResults[event.result] });
        return;
      case 'load-succeeded':
      case 'load-failed':
        this.loads.inc({
          cache_type: event.namespace,
          result: event.type === 'load-failed' ? 'fail' : 'success',
        });
        return;
      case 'entry-stored':
        this.valueBytes.observe({ cache_type: event.namespace }, event.bytes);
        return;
      case 'entry-corrupt':
        this.corrupt.inc({ tier: event.tier });
        return;
      case 'tier-state':
        this.breaker.set({ tier: event.tier }, event.isUp ? 0 : 1);
        return;
      default:
    }
  }

  /** A rate needs to know that there was nothing before the first. */
  private beginAtZero(namespace: string): void {
    for (const result of Object.values(refreshResults)) {
      this.refreshes.inc({ cache_type: namespace, result }, 0);
      if (result === 'success' || result === 'fail') this.loads.inc({ cache_type: namespace, result }, 0);
    }
  }

  private countHit(tier: TierName, namespace: string): void {
    const name = `${tier} ${namespace}`;
    const counted = this.tierHits.get(name) ?? { namespace, tier, count: 0 };
    counted.count++;
    this.tierHits.set(name, counted);
  }

  /** Nobody who scrapes waits for a tier. */
  private sampleNowAndThen(): void {
    const now = this.clock.now();
    if (now - this.sampledAt < sampleEveryMs) return;
    this.sampledAt = now;
    for (const { namespace } of this.registry.all()) {
      for (const tier of this.tiers.tiers(true)) {
        tier.usage(namespace).then(
          ({ bytes }) => this.sizes.set(`${tier.name} ${namespace}`, { namespace, tier: tier.name, bytes }),
          () => undefined,
        );
      }
    }
  }
}
