import type { FastifyReply } from 'fastify';
import type { BucketRate, Clock } from '../../core/index.js';
import { RateLimitedError, type Throttled } from './rate-limited.error.js';
import type { RateLimiter } from './rate-limiter.js';

/** Together as long as one command to Redis may take (45 ms): a call waits for two tokens no longer than for one. */
const patienceMs = 35;
/** For the second token, also where this process was busy and the time for both is over. */
const leastMs = 10;

export interface AdminThrottleOptions {
  readonly limiter: RateLimiter;
  readonly rate: BucketRate;
  readonly clock: Clock;
}

/** Takes the tokens of calls to admin routes, and tells callers of them as draft-ietf-httpapi-ratelimit-headers does. */
export class AdminThrottle {
  private readonly policies: string;

  constructor(private readonly options: AdminThrottleOptions) {
    const { burst, perSecond } = options.rate;
    const quota = `q=${burst};w=${Math.ceil(burst / perSecond)}`;
    this.policies = `"address";${quota}, "identity";${quota}`;
  }

  /** When the patience of a call that begins now ends, for `take`. */
  begin(reply: FastifyReply): number {
    reply.header('ratelimit-policy', this.policies);
    return this.options.clock.now() + patienceMs;
  }

  /** @throws RateLimitedError */
  async take(whose: Throttled, name: string, until: number, reply: FastifyReply): Promise<void> {
    const { limiter, clock } = this.options;
    const taken = await limiter.take(`${whose}:${name}`, Math.max(leastMs, until - clock.now()));
    const told = `"${whose}";r=${taken.remaining};t=${Math.ceil(taken.fullInMs / 1_000)}`;
    const before = reply.getHeader('ratelimit');
    reply.header('ratelimit', before === undefined ? told : `${String(before)}, ${told}`);
    if (!taken.isTaken) throw new RateLimitedError(whose, taken.retryAfterMs);
  }
}
