import type { PromotedFacts } from '../cache/cache-options.js';
import type { Entry } from '../cache/entry.js';
import { EntryForm } from './entry-form.js';
import { inTime, type Patience } from './in-time.js';
import type { MirrorsOptions } from './mirrors-options.js';
import type { StoredEntry } from './stored-entry.js';
import { supersedes } from './supersedes.js';
import type { HeldEntry, SetOptions, SetOutcome, Tier, TierName } from './tier.js';

export interface Found<T> {
  readonly entry: Entry<T>;
  readonly source: TierName;
  /** By the clock of whoever stored it: tells a copy from a later one. */
  readonly storedAt: number;
}

interface Look<T> extends Found<T> {
  readonly tier: Tier;
  readonly stored: StoredEntry;
  readonly facts: PromotedFacts;
}

type Aged = Pick<Entry<unknown>, 'absent' | 'maxAgeMs' | 'confirmedAt'>;

/** What became of a write; `older` also stands for what is past its time, or was purged meanwhile: it is not kept. */
export type MirrorOutcome = SetOutcome | 'failed';

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

  /**
   * The first entry that a tier holds, promoted to memory; by observation, the newest of all that tiers hold. Callers of
   * one key share one look. Never rejects.
   */
  find(key: string): Promise<Found<T> | null> {
    let finding = this.finding.get(key);
    if (finding === undefined) {
      const found = this.takesNewest ? this.findNewest(key) : this.findFirst(key);
      finding = found.finally(() => this.finding.delete(key));
      this.finding.set(key, finding);
    }
    return finding;
  }

  /** Promotes what every tier holds; the best of it stands in memory afterwards. */
  async findAll(key: string): Promise<void> {
    if (this.options.cache.freeze.isOn) await this.findFirst(key);
    else if (this.isByObservation) await this.findNewest(key);
    else await this.lookEverywhere(key);
  }

  /** What the tier that processes share holds now. Never rejects. */
  async findShared(key: string): Promise<Found<T> | null> {
    const redis = this.readable().find(({ name }) => name === 'redis');
    return redis === undefined ? null : this.look(redis, key);
  }

  /** Settles when every tier has taken the entry, or did not. Never rejects. */
  async mirror(entry: Entry<T>): Promise<void> {
    await this.store(entry);
  }

  /** As `mirror`, and tells what became of it in each tier that is switched on. Never rejects. */
  async store(entry: Entry<T>): Promise<ReadonlyMap<TierName, MirrorOutcome>> {
    const outcomes = [...this.put(entry)].map(async ([name, outcome]) => [name, await outcome] as const);
    return new Map(await Promise.all(outcomes));
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

  /**
   * As `delete`, from every tier that there is, switched on or not.
   * @throws what a tier that did not answer says: then it may be there still
   */
  async deleteSurely(key: string): Promise<void> {
    const { tiers, namespace } = this.options;
    await Promise.all(tiers.map((tier) => tier.delete(namespace, key)));
  }

  /**
   * Deletes what was purged, as far as it can be reached: one key, or all that begin with a prefix. By observation
   * nothing where processes share it: what is there may have been pushed since to one that applied the purge earlier,
   * and nobody could bring it again. What was purged is unreadable, gives way to all that comes, and lapses.
   */
  async sweep({ key, prefix = '' }: { readonly key?: string; readonly prefix?: string }): Promise<void> {
    const { tiers, namespace } = this.options;
    const own = this.isByObservation ? tiers.filter(({ name }) => name !== 'redis') : tiers;
    const swept = own.map(async (tier) =>
      key === undefined ? tier.deletePrefix(namespace, prefix) : tier.delete(namespace, key),
    );
    await Promise.allSettled(swept);
  }

  private get isByObservation(): boolean {
    return this.options.newestBy === 'observation';
  }

  private get takesNewest(): boolean {
    return this.isByObservation && !this.options.cache.freeze.isOn;
  }

  /** Of what is frozen this process's own tiers tell first: those that others write to may hold what came since. */
  private readable(): readonly Tier[] {
    const { cache, writeOnly } = this.options;
    if (cache.freeze.isOn) return this.tiers().toReversed();
    return writeOnly ? [] : this.tiers();
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

  private async lookEverywhere(key: string): Promise<Look<T>[]> {
    const looks = await Promise.all(this.readable().map((tier) => this.look(tier, key)));
    return looks.filter((look) => look !== null);
  }

  /** Asks all tiers at once. Those that hold an older observation are given the newest, and nobody waits for that. */
  private async findNewest(key: string): Promise<Found<T> | null> {
    const { namespace, report, cache } = this.options;
    const looks = await this.lookEverywhere(key);
    const [first] = looks;
    if (first === undefined) return null;
    const currentFrom = Math.max(...looks.map(({ entry }) => cache.order.currentFrom(entry)));
    const newest = looks.reduce((one, other) =>
      supersedes(one.stored, other.stored, currentFrom) ? one : other,
    );
    const others = looks.filter(({ stored }) => stored.confirmedAt !== newest.stored.confirmedAt);
    if (others.length > 0) {
      report({ type: 'tiers-disagreed', namespace });
      for (const { tier } of others) void this.copy(key, newest, tier);
    }
    return newest;
  }

  /** As whoever stored it wrote it, so that the copies are of one moment; kept for what is left of its time. */
  private async copy(key: string, { entry, stored, facts }: Look<T>, tier: Tier): Promise<void> {
    const { clock, cache } = this.options;
    const { confirmedAt = 0, confirmedBy = confirmedAt } = facts;
    const { absent } = stored;
    const maxAgeMs = stored.maxAgeMs ?? cache.usualMaxAgeMs(key, absent);
    const ttlMs = this.ttlOf({ absent, maxAgeMs, confirmedAt: Math.min(confirmedAt, confirmedBy) });
    // What is of tomorrow by the clock of this process is not believed here.
    const isBelieved = stored.confirmedAt <= clock.wall() && !cache.isPurged(entry);
    if (ttlMs > 0 && isBelieved) await this.write(tier, entry, stored, ttlMs);
  }

  private async look(tier: Tier, key: string): Promise<Look<T> | null> {
    const { namespace, clock, report } = this.options;
    const startedAt = clock.now();
    let held: HeldEntry | null;
    try {
      const answer = tier.get(namespace, key, { countdown: this.isByObservation });
      held = await inTime(answer, this.patience(tier.name, 'get'));
    } catch {
      return null;
    }
    const found = held && this.opened(tier, key, held, startedAt);
    report({
      type: 'tier-read',
      tier: tier.name,
      namespace,
      isHit: found !== null,
      durationMs: clock.now() - startedAt,
    });
    return found;
  }

  private opened(tier: Tier, key: string, { leftMs, ...stored }: HeldEntry, askedAt: number): Look<T> | null {
    const facts = this.form.factsOf(key, stored, leftMs === undefined ? null : { leftMs, askedAt });
    const entry = this.promote(tier, key, stored, facts);
    return entry && { entry, source: tier.name, storedAt: stored.storedAt, tier, stored, facts };
  }

  private promote(tier: Tier, key: string, stored: StoredEntry, facts: PromotedFacts): Entry<T> | null {
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
    const entry = cache.promote(key, value, facts, stored.left);
    if (entry === null && !this.isByObservation) void this.deleteFrom(tier, key);
    return entry;
  }

  private put(entry: Entry<T>): ReadonlyMap<TierName, Promise<MirrorOutcome>> {
    const { switches, cache } = this.options;
    if (cache.freeze.isImposed(entry)) return new Map();
    const each = (outcome: (tier: Tier) => Promise<MirrorOutcome>) =>
      new Map(this.tiers().map((tier) => [tier.name, outcome(tier)]));
    const ttlMs = this.ttlOf(entry);
    const isKept = ttlMs > 0 && (!entry.absent || switches.negativeResults);
    // What is known not to exist is not to be found in a tier either.
    if (!isKept) return each(async (tier) => (entry.absent ? this.deleteFrom(tier, entry.key) : 'older'));
    // Of no history, it would be believed by nobody, and in the place of what is.
    if (this.isByObservation && cache.judge.isBeforeHistory(entry)) return each(async () => 'failed');
    let stored: StoredEntry;
    try {
      stored = this.form.storedOf(entry);
    } catch (error) {
      return each(async ({ name }) => this.failedWith(name, error));
    }
    return each((tier) => this.write(tier, entry, stored, ttlMs));
  }

  private async write(
    tier: Tier,
    entry: Entry<T>,
    stored: StoredEntry,
    usualMs: number,
  ): Promise<MirrorOutcome> {
    const { namespace, cache, maxBytes, pinned = false } = this.options;
    const ttlMs = pinned && tier.name === 'disk' ? null : usualMs;
    const currentFrom = this.isByObservation ? { currentFrom: cache.order.currentFrom(entry) } : {};
    const options: SetOptions = { ttlMs, maxBytes, pinned, ...currentFrom };
    try {
      const outcome = await tier.set(namespace, entry.key, stored, options);
      // Or what it replaces would be found for as long as the tier keeps it.
      if (outcome === 'too-large') await tier.delete(namespace, entry.key);
      // It may keep what was lost: looking tells the polls of it, and then the truth is of another epoch (CO-11).
      if (outcome === 'older') await this.look(tier, entry.key);
      if (outcome !== 'stored' || !cache.isPurged(entry)) return outcome;
      // It was purged while it was on its way, and whoever purged it may have looked here before it came.
      await tier.delete(namespace, entry.key);
      return 'older';
    } catch {
      // The mirror is what it was before, as far as anybody knows.
      return 'failed';
    }
  }

  private failedWith(tier: TierName, error: unknown): 'failed' {
    this.options.report({ type: 'tier-failed', tier, operation: 'set', error });
    return 'failed';
  }

  private ttlOf({ absent, maxAgeMs, confirmedAt }: Aged): number {
    const { clock, maxTtlMs } = this.options;
    const leftMs = Math.min(maxTtlMs, this.form.keptMs(absent, maxAgeMs) - (clock.now() - confirmedAt));
    // What counts it down knows whole milliseconds: it is to count none too many.
    return this.isByObservation ? Math.floor(leftMs) : leftMs;
  }

  private async deleteFrom(tier: Tier, key: string): Promise<MirrorOutcome> {
    try {
      await tier.delete(this.options.namespace, key);
      return 'older';
    } catch {
      // It is not promoted next time either.
      return 'failed';
    }
  }

  private patience(tier: TierName, operation: Patience['operation']): Patience {
    const { clock, report, cache } = this.options;
    return { clock, report, tier, operation, hardTimeoutMs: cache.policy.hardTimeoutMs };
  }
}
