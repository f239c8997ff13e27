import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Tier, TierName } from '../../../core/index.js';
import { NamespaceRegistry, TiersService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { oldestOf } from './oldest-of.js';
import type { ProcessStats, TypeStats } from './signal-stats.schemas.js';

type Holding = TypeStats['held']['memory'];

/** A tier beyond memory is asked no more often; a walk over a large one costs it something. */
const askTiersEveryMs = 60_000;

/** What this process can tell of its signals (SI-10). */
@Injectable()
export class SignalStats {
  private readonly holdings = new Map<string, Holding>();
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: SignalNamespaces,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** As it is now; of tiers beyond memory, as they told within the last minute. */
  async read(): Promise<ProcessStats> {
    if (this.clock.now() - this.askedAt >= askTiersEveryMs) {
      this.askedAt = this.clock.now();
      this.asking = this.askTiers();
    }
    await this.asking;
    const { disk } = this.namespaces;
    return {
      types: this.namespaces.all().map((each) => this.measure(each)),
      disk: disk && { usedBytes: disk.usedBytes, maxBytes: disk.maxBytes },
    };
  }

  /** Of one type, by what memory and the counters tell without asking anybody. */
  measure({ type, reader, counters, source }: SignalNamespace): TypeStats {
    const { cache } = reader;
    const { hits, found, loaded, expired, missing, failed } = counters;
    const oldest = oldestOf(cache.all(), this.clock.now());
    const bytes = this.registry.get(type.namespace).memoryBytes();
    const beyond = (tier: TierName): Holding | null =>
      type.tiers.includes(tier) ? (this.holdings.get(`${tier} ${type.name}`) ?? null) : null;
    return {
      type: type.name,
      limitMs: type.ttlMs,
      reads: { hits, found, loaded, expired, missing, failed },
      held: {
        memory: { entries: cache.size, bytes },
        redis: beyond('redis'),
        disk: beyond('disk'),
      },
      oldestAgeMs: oldest && Math.round(oldest.ageMs),
      oldestShare: oldest && oldest.share,
      answers: answersOf(source),
    };
  }

  private async askTiers(): Promise<void> {
    const all = this.namespaces.all().flatMap(({ type }) =>
      type.tiers.flatMap((name) => {
        const tier = this.tierOf(name);
        return tier === null ? [] : [{ type, tier }];
      }),
    );
    await Promise.all(
      all.map(async ({ type, tier }) => {
        const { entries, bytes } = await tier
          .usage(type.namespace)
          .catch((): Holding => ({ entries: null, bytes: null }));
        this.holdings.set(`${tier.name} ${type.name}`, { entries, bytes });
      }),
    );
  }

  private tierOf(name: TierName): Tier | null {
    return name === 'redis' ? (this.tiers.redis?.tier ?? null) : (this.namespaces.disk?.tier ?? null);
  }
}

function answersOf({ counters }: SignalNamespace['source']): TypeStats['answers'] {
  if (counters === undefined) return null;
  const { bodies, notModified, absent, failed } = counters;
  return { modified: bodies, notModified, absent, failed };
}
