import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { CallsFailedError } from '../../model-config/index.js';
import { NarrativeAnalytics } from '../analytics/narrative-analytics.service.js';
import type { JsonObject } from '../narrative/json.js';
import type { Narrative } from '../narrative/narrative.js';
import { systemsOf } from '../narrative/systems-of.js';
import { NarrativeGenerator } from './narrative-generator.js';
import type { NarrativeRecipe } from './narrative-recipe.js';
import { NarrativesUnderWay } from './narratives-under-way.js';
import { spendOf, type Spend } from './spend.js';

interface Generation {
  readonly key: string;
  readonly profile: JsonObject;
  readonly recipe: NarrativeRecipe;
  readonly signal: AbortSignal;
  /** When the signal ends it at the latest, on the clock's timeline. */
  readonly endsAt: number;
}

/** Runs generations that end when nobody wants them any more, and accounts for what each of them cost. */
@Injectable()
export class PaidGenerations {
  constructor(
    @Inject(NarrativesUnderWay) private readonly underWay: NarrativesUnderWay,
    @Inject(NarrativeGenerator) private readonly generator: NarrativeGenerator,
    @Inject(NarrativeAnalytics) private readonly analytics: NarrativeAnalytics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws NarrativeErasedError when it is abandoned, and what `NarrativeGenerator` throws */
  async run(generation: Generation): Promise<{ value: Narrative; costUsd: number | null }> {
    const { key, profile, recipe, endsAt } = generation;
    const askedAt = this.clock.now();
    const abandoned = this.underWay.begin(key);
    const signal = AbortSignal.any([generation.signal, abandoned.signal]);
    try {
      const { value, calls } = await this.generator.generate(profile, recipe, { signal, endsAt });
      const spend = spendOf(calls);
      this.charge(generation, askedAt, spend);
      return { value, costUsd: spend.costUsd };
    } catch (error) {
      // Models that gave nothing that can be used were paid for all the same.
      if (error instanceof CallsFailedError) this.charge(generation, askedAt, spendOf(error.records));
      throw error;
    } finally {
      abandoned.end();
    }
  }

  /** To who waits for it; what nobody waits for is told by itself. */
  private charge({ key, profile }: Generation, askedAt: number, { tokens, costUsd }: Spend): void {
    if (this.underWay.charge(key, { tokens, costUsd })) return;
    const durationMs = this.clock.now() - askedAt;
    const facts = { userId: null, key, outcome: 'refresh', savedUsd: null } as const;
    this.analytics.record({ ...facts, askedAt, durationMs, systems: systemsOf(profile), tokens, costUsd });
  }
}
