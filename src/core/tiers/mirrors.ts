import type { Entry } from '../cache/entry.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import type { Report } from '../events.js';
import { EntryForm } from './entry-form.js';
import { inTime, type Patience } from './in-time.js';
import type { StoredEntry } from './stored-entry.js';
import type { Switches } from './switches.js';
import type { Tier, TierName } from './tier.js';
import type { ValueCodec } from './value-codec.js';

export interface MirrorsOptions<T> {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly cache: StaleWhileRevalidateCache<T>;
  /** In the order they are asked. */
  readonly tiers: readonly Tier[];
  readonly switches: Switches;
  readonly codec?: ValueCodec<T>;
  /** The limit on a value's stored bytes; `null` for none. */
  readonly maxBytes: number | null;
  /** The longest that a tier keeps anything (ms), pinned values on disk excepted. */
  readonly maxTtlMs: number;
  /** The last known good: no tier evicts it or forgets it by time. */
  readonly pinned?: boolean;
  /** Nothing is ever read from the tiers. */
  readonly writeOnly?: boolean;
  /** Personal data: nothing of it is read until it is known what was purged (CO-13). */
  readonly personal?: boolean;
}

export interface Found<T> {
  readonly entry: Entry<T>;
  readonly source: TierName;
  /** By the clock of whoever stored it: tells a copy from a later one. */
  readonly storedAt: number;
}

/**
 * The tiers of one namespace beyond memory. What they hold may be promoted; what memory takes is mirrored to them, and
 * nobody waits for that. None of them being there is no error, and each tells itself of what went wrong.
 */
export class Mirrors<T> {
  private readonly finding = new Map<string, Promise<Found<T> | null>>();
  private readonly form: EntryForm<T>;

  constructor(private readonly options: MirrorsOptions<T>) {
    this.form = new EntryForm(options);
  }

  /** The first entry that a tier holds, promoted to memory; callers of one key share one look. Never rejects. */
  find(key: string): Promise<Found<T> | null> {
    let finding = this.finding.get(key);
    if (finding === undefined) {
      finding = this.findFirst(key).finally(() => this.finding.delete(key));
      this.finding.set(key, finding);
    }
    return finding;
  }

  /** Promotes what every tier holds; the best of it stands in memory afterwards. */
  async findAll(key: string): Promise<void> {
    await Promise.all(this.readable().map((tier) => this.look(tier, key)));
  }

  /** What the tier that processes share holds now. Never rejects. */
  async findShared(key: string): Promise<Found<T> | null> {
    const redis = this.readable().find(({ name }) => name === 'redis');
    return redis === undefined ? null : this.look(redis, key);
  }

  /** Settles when every tier has taken the entry, or did not. Never rejects. */
  async mirror(entry: Entry<T>): Promise<void> {
    await Promise.all(this.put(entry).values());
  }

  /** As `mirror`, but settles as soon as other processes can find the entry, or never will. */
  async share(entry: Entry<T>): Promise<void> {
    const shared = this.put(entry).get('redis');
    if (shared) await inTime(shared, this.patience('redis', 'set')).catch(() => undefined);
  }

  /** Removes one key from every tier, as far as they can be reached. */
  async delete(key: string): Promise<void> {
    await Promise.all(this.options.tiers.map((tier) => this.deleteFrom(tier, key)));
  }

  /** Removes all keys that begin with `prefix` from every tier, as far as they can be reached. */
  async deletePrefix(prefix: string): Promise<void> {
    const { tiers, namespace } = this.options;
    await Promise.allSettled(tiers.map((tier) => tier.deletePrefix(namespace, prefix)));
  }

  private readable(): readonly Tier[] {
    return this.options.writeOnly ? [] : this.tiers();
  }

  private tiers(): readonly Tier[] {
    const { tiers, switches, personal, cache } = this.options;
    if (personal && !cache.knowsPurges) return [];
    return switches.redis ? tiers : tiers.filter(({ name }) => name !== 'redis');
  }

  private async findFirst(key: string): Promise<Found<T> | null> {
    for (const tier of this.readable()) {
      const found = await this.look(tier, key);
      if (found !== null) return found;
    }
    return null;
  }

  private async look(tier: Tier, key: string): Promise<Found<T> | null> {
    const { namespace, clock, report } = this.options;
    const startedAt = clock.now();
    let stored: StoredEntry | null;
    try {
      stored = await inTime(tier.get(namespace, key), this.patience(tier.name, 'get'));
    } catch {
      return null;
    }
    const entry = stored && this.promote(tier, key, stored);
    report({
      type: 'tier-read',
      tier: tier.name,
      namespace,
      isHit: entry !== null,
      durationMs: clock.now() - startedAt,
    });
    return stored && entry && { entry, source: tier.name, storedAt: stored.storedAt };
  }

  private promote(tier: Tier, key: string, stored: StoredEntry): Entry<T> | null {
    const { namespace, report, cache, switches } = this.options;
    if (this.form.isOfLaterSchema(stored) || (stored.absent && !switches.negativeResults)) return null;
    let value: T | undefined;
    try {
      value = this.form.valueOf(stored);
    } catch {
      report({ type: 'entry-corrupt', tier: tier.name, namespace, fault: 'schema' });
      void this.deleteFrom(tier, key);
      return null;
    }
    const { asOf } = stored;
    if (asOf !== null && cache.contradicts(key, value, asOf))
      report({ type: 'content-diverged', namespace, key, version: asOf.version });
    const entry = cache.promote(key, value, this.form.factsOf(stored), stored.left);
    if (entry === null) void this.deleteFrom(tier, key);
    return entry;
  }

  private put(entry: Entry<T>): ReadonlyMap<TierName, Promise<void>> {
    return new Map(this.tiers().map((tier) => [tier.name, this.putInto(tier, entry)]));
  }

  private async putInto(tier: Tier, entry: Entry<T>): Promise<void> {
    const { namespace, report, maxBytes, pinned = false, switches } = this.options;
    const usualMs = this.ttlOf(entry);
    const isKept = usualMs > 0 && (!entry.absent || switches.negativeResults);
    // What is known not to exist is not to be found in a tier either.
    if (!isKept) return entry.absent ? this.deleteFrom(tier, entry.key) : undefined;
    const ttlMs = pinned && tier.name === 'disk' ? null : usualMs;
    let stored: StoredEntry;
    try {
      stored = this.form.storedOf(entry);
    } catch (error) {
      report({ type: 'tier-failed', tier: tier.name, operation: 'set', error });
      return;
    }
    try {
      const outcome = await tier.set(namespace, entry.key, stored, { ttlMs, maxBytes, pinned });
      // Or what it replaces would be found for as long as the tier keeps it.
      if (outcome === 'too-large') await tier.delete(namespace, entry.key);
      // It may keep what was lost: looking tells the polls of it, and then the truth is of another epoch (CO-11).
      if (outcome === 'older') await this.look(tier, entry.key);
    } catch {
      // The mirror is what it was before.
    }
  }

  private ttlOf({ absent, maxAgeMs, confirmedAt }: Entry<T>): number {
    const { clock, cache, maxTtlMs } = this.options;
    const keptMs = absent ? maxAgeMs : maxAgeMs + cache.policy.staleMs;
    return Math.min(maxTtlMs, keptMs - (clock.now() - confirmedAt));
  }

  private async deleteFrom(tier: Tier, key: string): Promise<void> {
    try {
      await tier.delete(this.options.namespace, key);
    } catch {
      // It is not promoted next time either.
    }
  }

  private patience(tier: TierName, operation: Patience['operation']): Patience {
    const { clock, report, cache } = this.options;
    return { clock, report, tier, operation, hardTimeoutMs: cache.policy.hardTimeoutMs };
  }
}
