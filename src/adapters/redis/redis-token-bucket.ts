import type { BucketRate, Taken, TokenBucket } from '../../core/index.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';
import { takeTokenScript } from './take-token.script.js';

const microsecond = 1_000_000;
const roundingUs = 50;

export interface RedisTokenBucketOptions {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly rate: BucketRate;
}

/** Buckets that every process takes from, one round trip for each token. */
export class RedisTokenBucket implements TokenBucket {
  constructor(private readonly options: RedisTokenBucketOptions) {}

  get isUp(): boolean {
    return this.options.link.isUp;
  }

  /** @throws TierUnavailableError */
  async take(name: string): Promise<Taken> {
    const { link, keys, rate } = this.options;
    const tokenUs = microsecond / rate.perSecond;
    const capacityUs = rate.burst * tokenUs;
    const answer = await link.run('rate', (client) =>
      takeTokenScript.run(client, [keys.rate(name)], [tokenUs, capacityUs]),
    );
    const [isTaken, retryAfterUs, fullInUs] = answer as [number, number, number];
    return {
      isTaken: isTaken === 1,
      remaining: Math.max(0, Math.floor((capacityUs - fullInUs + roundingUs) / tokenUs)),
      retryAfterMs: retryAfterUs / 1_000,
      fullInMs: fullInUs / 1_000,
    };
  }
}
