import type { StoredEntry } from '../core/tiers/stored-entry.js';
import type {
  GetOptions,
  HeldEntry,
  SetOptions,
  SetOutcome,
  Tier,
  TierName,
  TierUsage,
} from '../core/tiers/tier.js';
import type { Chaos } from './chaos.js';

/** Any tier, with mishaps. */
export class ChaosTier implements Tier {
  constructor(
    private readonly inner: Tier,
    private readonly chaos: Chaos,
  ) {}

  get name(): TierName {
    return this.inner.name;
  }

  get(namespace: string, key: string, options?: GetOptions): Promise<HeldEntry | null> {
    return this.chaos.befall(() => this.inner.get(namespace, key, options));
  }

  set(namespace: string, key: string, entry: StoredEntry, options: SetOptions): Promise<SetOutcome> {
    return this.chaos.befall(() => this.inner.set(namespace, key, entry, options));
  }

  delete(namespace: string, key: string): Promise<boolean> {
    return this.chaos.befall(() => this.inner.delete(namespace, key));
  }

  deletePrefix(namespace: string, prefix: string): Promise<number> {
    return this.chaos.befall(() => this.inner.deletePrefix(namespace, prefix));
  }

  usage(namespace: string): Promise<TierUsage> {
    return this.chaos.befall(() => this.inner.usage(namespace));
  }
}
