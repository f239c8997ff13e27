import type { MemoryTokenBucket } from '../../adapters/memory/memory-token-bucket.js';
import type { Clock, Taken, TokenBucket } from '../../core/index.js';

export interface RateLimiterOptions {
  readonly clock: Clock;
  readonly local: MemoryTokenBucket;
  /** `null`: there is no Redis. */
  readonly shared: TokenBucket | null;
}

/**
 * Tokens from buckets that the fleet shares, or this process has to itself while Redis is away. What is learnt of the
 * shared bucket is kept: whoever emptied it is refused without asking Redis, and finds it as empty when Redis goes.
 */
export class RateLimiter {
  constructor(private readonly options: RateLimiterOptions) {}

  /** At once, or within `withinMs`: a Redis that is slower is not waited for. Never rejects. */
  take(name: string, withinMs: number): Taken | Promise<Taken> {
    const { local, shared } = this.options;
    if (shared === null || !shared.isUp) return local.take(name);
    const held = local.peek(name);
    return held.isTaken ? this.ask(shared, name, withinMs) : held;
  }

  private async ask(shared: TokenBucket, name: string, withinMs: number): Promise<Taken> {
    const { clock, local } = this.options;
    const askedAt = clock.now();
    const answer = shared.take(name).then(
      (taken) => {
        // As of the question: by the answer's time it is no emptier, and nobody is refused who could be served.
        local.learn(name, askedAt, taken.fullInMs);
        return taken;
      },
      () => null,
    );
    let stopWaiting!: () => void;
    const tooLate = new Promise<null>((resolve) => {
      // Where it was this process that stood still, an answer may have come in that was not read yet: it is, before.
      stopWaiting = clock.after(withinMs, () => setImmediate(resolve, null));
    });
    const taken = await Promise.race([answer, tooLate]);
    stopWaiting();
    return taken ?? local.take(name);
  }
}
