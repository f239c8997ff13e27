import { Inject, Injectable } from '@nestjs/common';
import type { Clock, ReadResult, Reader } from '../../../core/index.js';
import { NamespaceRegistry } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { NarrativeAnalytics } from '../analytics/narrative-analytics.service.js';
import type { NarrativeOutcome } from '../analytics/narrative-request.js';
import { NarrativeFallback } from '../making/narrative-fallback.js';
import { NarrativeRecipes } from '../making/narrative-recipes.service.js';
import { checkProfile } from '../narrative/check-profile.js';
import { hashProfile } from '../narrative/hash-profile.js';
import type { JsonObject } from '../narrative/json.js';
import type { NarrativeValue } from '../narrative/narrative.js';
import { NarrativeErasedError } from '../narrative/narrative-erased.error.js';
import { keysOf } from '../narrative/narrative-key.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';
import { NarrativeUnavailableError } from '../narrative/narrative-unavailable.error.js';
import { normaliseProfile } from '../narrative/normalise-profile.js';
import { systemsOf } from '../narrative/systems-of.js';
import { NARRATIVES_READER, narrativesNamespace } from '../narratives.policy.js';
import { Asking } from './asking.js';
import type { NarrativeAnswer, NarrativeQuestion } from './narrative-answer.js';
import { tellStaleAfter } from './tell-stale-after.js';
import { NarrativeReads, type NarrativeRead } from './narrative-reads.js';

/** Narratives: held, or made once; where none can be made, the template's text (NA-4, NA-5). */
@Injectable()
export class NarrativesService {
  constructor(
    @Inject(NarrativeReads) private readonly reads: NarrativeReads,
    @Inject(NARRATIVES_READER) private readonly reader: Reader<NarrativeValue>,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(NarrativeRecipes) private readonly recipes: NarrativeRecipes,
    @Inject(NarrativeFallback) private readonly fallback: NarrativeFallback,
    @Inject(NarrativeAnalytics) private readonly analytics: NarrativeAnalytics,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws NarrativeProfileInvalidError, NarrativeUnavailableError; NarrativeErasedError when the person is erased
   *   meanwhile
   */
  async ask(question: NarrativeQuestion): Promise<NarrativeAnswer> {
    const asking = new Asking(question, this.settings.narratives.engine, this.clock.now());
    let read: NarrativeRead;
    try {
      read = await this.reads.read(asking);
    } catch (error) {
      if (error instanceof NarrativeErasedError) throw error;
      return this.answerWithout(asking, error, question.allowFallback ?? true);
    }
    return this.answer(asking, read);
  }

  /** Whether a fresh one is held, in memory or in Redis, that is made as one would be made now. Makes nothing. */
  async isPresent(profile: JsonObject): Promise<boolean> {
    const recipe = await this.recipes.current();
    const hashes = hashProfile(normaliseProfile(profile));
    for (const key of keysOf(recipe, hashes)) {
      const read = this.reader.describe(key) ?? (await this.find(key));
      if (read === null || read.absent) return false;
      const { prompt_hash: prompt, profile_hash: hash } = read.data;
      if (prompt === recipe.promptSha256 && hash === hashes.sha256) return !read.isStale;
    }
    return false;
  }

  private async find(key: string): Promise<ReadResult<NarrativeValue> | null> {
    await this.registry.get(narrativesNamespace).mirrors.find(key);
    return this.reader.describe(key);
  }

  private answer(asking: Asking, { read, recipe }: NarrativeRead): NarrativeAnswer {
    const { source, data, age } = read;
    const isStale = read.isStale || recipe.isStale;
    const wasMade = source === 'origin' && asking.spend.tokens !== 0;
    const outcome = source === 'origin' ? 'made' : isStale ? 'stale' : 'fresh';
    this.record(asking, outcome, wasMade ? 0 : data.meta.cost_usd);
    const aheadMs = this.clock.now() - this.clock.wall();
    return {
      narrative: data.narrative,
      meta: {
        source,
        isStale,
        ageMs: Math.round(age),
        createdAt: data.meta.created_at,
        refreshedAt: data.meta.refreshed_at,
        staleAfter: tellStaleAfter(data, this.reader.cache.entry(asking.key), aheadMs),
      },
      reason: read.isStale || !recipe.isStale ? read.reason : recipe.reason,
    };
  }

  /** There is none: the profile is told what is wrong with it, or a text stands in. */
  private async answerWithout(
    asking: Asking,
    error: unknown,
    allowFallback: boolean,
  ): Promise<NarrativeAnswer> {
    const faults =
      error instanceof NarrativeProfileInvalidError ? error.faults : checkProfile(asking.profile);
    if (faults.length > 0) {
      this.record(asking, 'invalid');
      throw new NarrativeProfileInvalidError(faults);
    }
    // Whoever asked for a new one though one is held did not ask for this.
    const isHeld = asking.bypass && this.reader.describe(asking.key) !== null;
    const answer = allowFallback && !isHeld ? await this.standIn(asking) : null;
    this.record(asking, answer === null ? 'failed' : 'fallback');
    if (answer !== null) return answer;
    const { retryAfterMs } = error as { readonly retryAfterMs?: number };
    throw new NarrativeUnavailableError(retryAfterMs ?? 0, error);
  }

  private async standIn({ profile }: Asking): Promise<NarrativeAnswer | null> {
    try {
      return await this.fallback.write(profile);
    } catch {
      // What it failed for is told by the prompts.
      return null;
    }
  }

  private record(asking: Asking, outcome: NarrativeOutcome, savedUsd: number | null = null): void {
    const { askedAt, userId, key, profile, spend } = asking;
    this.analytics.record({
      askedAt,
      userId,
      key,
      outcome,
      durationMs: this.clock.now() - askedAt,
      systems: outcome === 'invalid' ? [] : systemsOf(profile),
      tokens: spend.tokens,
      costUsd: spend.costUsd,
      savedUsd,
    });
  }
}
