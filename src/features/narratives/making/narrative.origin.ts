import { Inject, Injectable } from '@nestjs/common';
import {
  spreadMaxAge,
  UnavailableError,
  type Clock,
  type Entry,
  type Loaded,
  type LoadRequest,
  type Origin,
} from '../../../core/index.js';
import { NamespaceRegistry } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { checkProfile } from '../narrative/check-profile.js';
import { hashProfile, type ProfileHashes } from '../narrative/hash-profile.js';
import { renderRefusal } from '../narrative/refusal.js';
import { makeValue } from '../narrative/make-value.js';
import type { NarrativeValue } from '../narrative/narrative.js';
import { isUnder, narrativeKey } from '../narrative/narrative-key.js';
import { NarrativeSupersededError } from '../narrative/narrative-superseded.error.js';
import { storedBytes } from '../narrative/stored-bytes.js';
import { narrativesNamespace } from '../narratives.policy.js';
import type { NarrativeRecipe } from './narrative-recipe.js';
import { NarrativeRecipes } from './narrative-recipes.service.js';
import { PaidGenerations } from './paid-generations.js';
import { NarrativesUnderWay } from './narratives-under-way.js';

/** Where narratives come from: a profile that is in order is written about, one that is not is refused for good. */
@Injectable()
export class NarrativeOrigin implements Origin<NarrativeValue> {
  constructor(
    @Inject(NarrativesUnderWay) private readonly underWay: NarrativesUnderWay,
    @Inject(NarrativeRecipes) private readonly recipes: NarrativeRecipes,
    @Inject(PaidGenerations) private readonly generations: PaidGenerations,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws NarrativeSupersededError where the key is not that of what would be made now
   * @throws UnavailableError where nobody asks for it any more, and what the generation throws
   */
  async load(
    key: string,
    { signal, endsAt, held }: LoadRequest<NarrativeValue>,
  ): Promise<Loaded<NarrativeValue>> {
    const madeAt = this.clock.wall();
    const profile = this.underWay.profileOf(key) ?? held?.value?.profile;
    if (profile === undefined) throw new UnavailableError('Nobody asks for this narrative any more', 0);
    const hashes = hashProfile(profile);
    const faults = checkProfile(profile);
    if (faults.length > 0) return { absent: true, message: renderRefusal(hashes, faults) };
    const recipe = await this.recipes.current();
    if (!isUnder(key, narrativeKey(recipe, hashes))) throw new NarrativeSupersededError();
    const generation = { key, profile, recipe, signal, endsAt };
    const { value: narrative, costUsd } = await this.generations.run(generation);
    const value = makeValue({
      engine: recipe.engine,
      promptSha256: recipe.promptSha256,
      profileSha256: hashes.sha256,
      profile,
      narrative,
      costUsd,
      createdAt: createdAtOf(held, recipe, hashes),
      madeAt,
      maxAgeMs: this.maxAgeMs(key),
      ttlMs: this.settings.cache.maxTtlMs,
      compressFromBytes: this.settings.cache.compressFromBytes,
    });
    await this.assertKeepable(value);
    return { value };
  }

  /** As the cache reckons it, by the policy of now. */
  private maxAgeMs(key: string): number {
    const { maxAgeMs, jitter } = this.registry.get(narrativesNamespace).cache.policy;
    return Math.floor(spreadMaxAge(key, maxAgeMs, jitter));
  }

  /** What no tier would keep would be made again by every process: it is no narrative (NA-3). */
  private async assertKeepable(value: NarrativeValue): Promise<void> {
    const { maxValueBytes, compressFromBytes } = this.settings.cache;
    const bytes = await storedBytes(value, compressFromBytes);
    if (bytes > maxValueBytes)
      throw new UnavailableError(`A narrative of ${bytes} bytes is longer than may be kept`, 0);
  }
}

function createdAtOf(
  held: Entry<NarrativeValue> | undefined,
  { promptSha256 }: NarrativeRecipe,
  { sha256 }: ProfileHashes,
): string | null {
  const value = held?.value;
  const isOfSame = value?.prompt_hash === promptSha256 && value.profile_hash === sha256;
  return isOfSame ? value.meta.created_at : null;
}
