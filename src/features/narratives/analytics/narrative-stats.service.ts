import { Inject, Injectable } from '@nestjs/common';
import type { LastgoodEvent } from '../../../core/index.js';
import { NamespaceRegistry, TiersService } from '../../../platform/cache/index.js';
import { EventBus } from '../../../platform/observability/index.js';
import { NarrativeRecipes } from '../making/narrative-recipes.service.js';
import { narrativesNamespace } from '../narratives.policy.js';
import type { NarrativeStatsAnswer } from './analytics.answers.js';
import { NarrativeAnalytics } from './narrative-analytics.service.js';

/** What is held of narratives, and how often it was what was asked for (NA-8). */
@Injectable()
export class NarrativeStats {
  private redisHits = 0;

  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(NarrativeRecipes) private readonly recipes: Pick<NarrativeRecipes, 'current'>,
    @Inject(NarrativeAnalytics) private readonly analytics: Pick<NarrativeAnalytics, 'waiting' | 'dropped'>,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  /** What cannot be told now is `null`; never rejects. */
  async read(): Promise<NarrativeStatsAnswer> {
    const { cache, memoryBytes } = this.registry.get(narrativesNamespace);
    const [recipe, redis] = await Promise.all([
      this.recipes.current().catch(() => null),
      this.tiers.redis?.tier.usage(narrativesNamespace).catch(() => null) ?? null,
    ]);
    const { freshHits, staleHits, misses, size } = cache;
    const hits = freshHits + staleHits + this.redisHits;
    const { waiting, dropped } = this.analytics;
    return {
      engine: recipe?.engine ?? null,
      promptHash: recipe?.promptHash ?? null,
      keys: { memory: size, redis: redis?.entries ?? null },
      bytes: { memory: memoryBytes(), redis: redis?.bytes ?? null },
      hits,
      staleHits,
      misses,
      hitRate: hits + misses === 0 ? null : hits / (hits + misses),
      analytics: { waiting, dropped },
    };
  }

  private fold(event: LastgoodEvent): void {
    if (event.type === 'tier-read' && event.namespace === narrativesNamespace && event.isHit)
      this.redisHits++;
  }
}
