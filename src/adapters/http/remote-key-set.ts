import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../core/index.js';
import { KeySetUnavailableError } from './key-set-unavailable.error.js';
import { readJson } from './read-json.js';

export interface RemoteKeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Hears of each fetch that failed; what is held stays. */
  readonly warn: (error: unknown) => void;
  /** How long one fetch may take; 2 s by default. */
  readonly deadlineMs?: number;
}

const freshMs = 600_000;
/** Between two fetches, whoever asks: a token can name a key that does not exist, and so can a thousand. */
const coolDownMs = 30_000;
/** As long as there is nothing. */
const firstCoolDownMs = 2_000;
const maxBytes = 262_144;

/**
 * The public keys of an issuer (JWKS), had when they are first needed and asked for again behind an answer when they are
 * ten minutes old, or at once when a token names one that is not among them. What was had once serves on for as long as
 * the issuer cannot be reached: jose's own remote set would refuse everybody then.
 */
export class RemoteKeySet {
  private held: JWTVerifyGetKey | null = null;
  private heldSince = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;
  private lastError: unknown;

  constructor(private readonly options: RemoteKeySetOptions) {}

  /**
   * The key of a token, as jose asks for it.
   * @throws KeySetUnavailableError when none was ever had
   * @throws errors.JOSEError for a token that none of them signed
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.held === null) await this.ask();
    const { held } = this;
    if (held === null) throw new KeySetUnavailableError(this.waitMs, this.lastError);
    if (this.options.clock.now() - this.heldSince >= freshMs) void this.ask();
    try {
      return await held(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.ask();
      if (this.held === held) throw error;
      return this.held!(header, token);
    }
  };

  /** One fetch at a time, and none while the last one is not long ago. Never rejects. */
  private ask(): Promise<void> {
    if (this.asking !== null) return this.asking;
    if (this.waitMs > 0) return Promise.resolve();
    this.askedAt = this.options.clock.now();
    this.asking = this.fetch().finally(() => (this.asking = null));
    return this.asking;
  }

  private get waitMs(): number {
    const pause = this.held === null ? firstCoolDownMs : coolDownMs;
    return this.askedAt + pause - this.options.clock.now();
  }

  private async fetch(): Promise<void> {
    const { url, clock, warn, deadlineMs = 2_000 } = this.options;
    try {
      const json = (await readJson(url, { deadlineMs, maxBytes })) as JSONWebKeySet;
      const found = createLocalJWKSet(json);
      // An issuer that signs has a key: no key is what a broken one answers.
      if (json.keys.length === 0) throw new Error('The key set holds no key');
      this.held = found;
      this.heldSince = clock.now();
    } catch (error) {
      this.lastError = error;
      warn(error);
    }
  }
}
