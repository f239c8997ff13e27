import { hashProfile, type ProfileHashes } from '../narrative/hash-profile.js';
import { isProfileShape } from '../narrative/is-profile-shape.js';
import type { JsonObject } from '../narrative/json.js';
import { narrativeKey } from '../narrative/narrative-key.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';
import { normaliseProfile } from '../narrative/normalise-profile.js';
import { profileLimits } from '../narrative/profile-limits.js';
import { addSpend, noSpend, type Spend } from '../making/spend.js';
import type { NarrativeQuestion } from './narrative-answer.js';

const notLookedAt = { path: '', message: `an object of at most ${profileLimits.depth} levels` };

/** A question while it is being answered: what is known of it so far. */
export class Asking {
  /** Normalised. */
  readonly profile: JsonObject;
  readonly hashes: ProfileHashes;
  readonly userId: string | null;
  readonly bypass: boolean;
  /** What it is answered from, or would be. */
  key: string;
  spend: Spend = noSpend;

  /**
   * @param askedAt on the clock's timeline
   * @throws NarrativeProfileInvalidError for what is not looked at as a profile at all
   */
  constructor(
    question: NarrativeQuestion,
    engine: string,
    readonly askedAt: number,
  ) {
    if (!isProfileShape(question.profile)) throw new NarrativeProfileInvalidError([notLookedAt]);
    this.profile = normaliseProfile(question.profile);
    this.hashes = hashProfile(this.profile);
    this.userId = question.userId;
    this.bypass = question.bypass ?? false;
    this.key = narrativeKey({ engine, promptHash: 'unknown' }, this.hashes);
  }

  spent(spend: Spend): void {
    this.spend = addSpend(this.spend, spend);
  }
}
