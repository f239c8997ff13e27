import type { Clock, SetOptions, SetOutcome, StoredEntry } from '../../src/core/index.js';
import type { GetOptions, HeldEntry } from '../../src/core/tiers/tier.js';
import { FakeTier } from '../../src/testing/index.js';

/** A tier as Redis is one: it counts down by its own clock, and is so far away. */
export class SlowTier extends FakeTier {
  constructor(
    private readonly truth: Clock,
    private readonly latencyMs: number,
  ) {
    super('redis', truth);
  }

  override async get(namespace: string, key: string, options?: GetOptions): Promise<HeldEntry | null> {
    await this.pass();
    const held = await super.get(namespace, key, options);
    await this.pass();
    return held;
  }

  override async set(
    namespace: string,
    key: string,
    entry: StoredEntry,
    options: SetOptions,
  ): Promise<SetOutcome> {
    await this.pass();
    return super.set(namespace, key, entry, options);
  }

  private pass(): Promise<void> {
    if (this.latencyMs === 0) return Promise.resolve();
    return new Promise((resolve) => void this.truth.after(this.latencyMs / 2, resolve));
  }
}
