import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Reader, ReadResult } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { NarrativeRecipe } from '../making/narrative-recipe.js';
import { NarrativeRecipes } from '../making/narrative-recipes.service.js';
import { NarrativesUnderWay } from '../making/narratives-under-way.js';
import { checkProfile } from '../narrative/check-profile.js';
import type { NarrativeValue } from '../narrative/narrative.js';
import { NarrativeErasedError } from '../narrative/narrative-erased.error.js';
import { keysOf, narrativeKey } from '../narrative/narrative-key.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';
import { NarrativeSupersededError } from '../narrative/narrative-superseded.error.js';
import { parseRefusal } from '../narrative/refusal.js';
import { NARRATIVES_READER } from '../narratives.policy.js';
import type { Asking } from './asking.js';

/** What it is made by may change while it is being made, and whoever else asked for it may be erased. */
const attempts = 3;

export interface NarrativeRead {
  readonly read: ReadResult<NarrativeValue>;
  readonly recipe: NarrativeRecipe;
}

/** Reads narratives through the cache: what is held, else one generation for all who ask (NA-4). */
@Injectable()
export class NarrativeReads {
  constructor(
    @Inject(NARRATIVES_READER) private readonly reader: Reader<NarrativeValue>,
    @Inject(NarrativeRecipes) private readonly recipes: NarrativeRecipes,
    @Inject(NarrativesUnderWay) private readonly underWay: NarrativesUnderWay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws NarrativeProfileInvalidError, NarrativeErasedError; errors of the reader, and of what it is made by
   */
  async read(asking: Asking): Promise<NarrativeRead> {
    for (let attempt = 1; ; attempt++) {
      const recipe = await this.recipes.current();
      if (attempt > 1) await this.untilRetry(narrativeKey(recipe, asking.hashes));
      try {
        return { read: await this.readBy(recipe, asking), recipe };
      } catch (error) {
        if (attempt === attempts || !isOfOthers(error)) throw error;
      }
    }
  }

  private async readBy(recipe: NarrativeRecipe, asking: Asking): Promise<ReadResult<NarrativeValue>> {
    for (const key of keysOf(recipe, asking.hashes)) {
      asking.key = key;
      const read = (asking.bypass ? null : this.reader.peek(key)) ?? (await this.wait(key, asking));
      if (read.absent) this.refuse(key, asking);
      else if (isOf(read.data, recipe, asking)) return read;
    }
    throw new NarrativeSupersededError();
  }

  private async wait(key: string, asking: Asking): Promise<ReadResult<NarrativeValue>> {
    const ask = this.underWay.join(key, asking.profile, asking.userId);
    try {
      const read = asking.bypass ? this.reader.getWithin(key, 0) : this.reader.get(key);
      return await Promise.race([read, ask.ended]);
    } catch (error) {
      throw ask.isErased ? new NarrativeErasedError() : error;
    } finally {
      asking.spent(this.underWay.leave(ask));
    }
  }

  /** Returns where another profile was refused, whose hash begins alike. */
  private refuse(key: string, { profile, hashes }: Asking): void {
    const message = this.reader.cache.entry(key)?.message ?? null;
    const faults = message === null ? checkProfile(profile) : parseRefusal(message, hashes);
    if (faults !== null && faults.length > 0) throw new NarrativeProfileInvalidError(faults);
  }

  /** What ended was a failure to the loader, which leaves that key alone for some milliseconds. */
  private async untilRetry(key: string): Promise<void> {
    const ms = this.reader.retryInMs(key);
    if (ms > 0) await new Promise<void>((resolve) => void this.clock.after(ms, resolve));
  }
}

const isOf = (value: NarrativeValue, { promptSha256 }: NarrativeRecipe, { hashes }: Asking): boolean =>
  value.prompt_hash === promptSha256 && value.profile_hash === hashes.sha256;

/** The cause was not this question's, and it may be asked again. */
function isOfOthers(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof NarrativeSupersededError || cause instanceof NarrativeErasedError;
}
