import type { Clock } from '../core/clock.js';
import type { StoredEntry } from '../core/tiers/stored-entry.js';
import { supersedes } from '../core/tiers/supersedes.js';
import type {
  GetOptions,
  HeldEntry,
  SetOptions,
  SetOutcome,
  Tier,
  TierName,
  TierUsage,
} from '../core/tiers/tier.js';

const nameOf = (namespace: string, key: string): string => JSON.stringify([namespace, key]);

/** A tier in memory, which any number of processes may share. It forgets nothing by time, unless it has a clock. */
export class FakeTier implements Tier {
  readonly entries = new Map<string, StoredEntry>();
  /** How often it was asked for anything. */
  calls = 0;
  /** On its own clock, when what was set with a time is gone. */
  private readonly endsAt = new Map<string, number>();

  /** @param clock the tier's own, by which it counts down; without one it keeps everything and cannot tell what is left */
  constructor(
    readonly name: TierName = 'redis',
    private readonly clock: Pick<Clock, 'now'> | null = null,
  ) {}

  async get(
    namespace: string,
    key: string,
    { countdown = false }: GetOptions = {},
  ): Promise<HeldEntry | null> {
    this.calls++;
    const name = nameOf(namespace, key);
    const leftMs = this.leftMs(name);
    const held = this.held(name);
    if (held === undefined) return null;
    const entry = structuredClone(held);
    return countdown && leftMs !== null ? { ...entry, leftMs } : entry;
  }

  async set(
    namespace: string,
    key: string,
    entry: StoredEntry,
    { maxBytes, ttlMs, currentFrom = null }: SetOptions,
  ): Promise<SetOutcome> {
    this.calls++;
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (maxBytes !== null && bytes > maxBytes) return 'too-large';
    const name = nameOf(namespace, key);
    const held = this.held(name);
    if (held !== undefined && !supersedes(entry, held, currentFrom)) return 'older';
    this.entries.set(name, structuredClone(entry));
    if (this.clock === null || ttlMs === null) this.endsAt.delete(name);
    else this.endsAt.set(name, this.clock.now() + ttlMs);
    return 'stored';
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    this.calls++;
    return this.forget(nameOf(namespace, key));
  }

  async deletePrefix(namespace: string, prefix: string): Promise<number> {
    this.calls++;
    const found = [...this.entries.keys()].filter((name) => {
      const [ofNamespace, key] = JSON.parse(name) as [string, string];
      return ofNamespace === namespace && key.startsWith(prefix);
    });
    for (const name of found) this.forget(name);
    return found.length;
  }

  async usage(namespace: string): Promise<TierUsage> {
    const found = [...this.entries].filter(([name]) => (JSON.parse(name) as string[])[0] === namespace);
    const bytes = found.reduce((sum, [, entry]) => sum + Buffer.byteLength(JSON.stringify(entry)), 0);
    return { entries: found.length, bytes };
  }

  private held(name: string): StoredEntry | undefined {
    const leftMs = this.leftMs(name);
    if (leftMs !== null && leftMs <= 0) this.forget(name);
    return this.entries.get(name);
  }

  private leftMs(name: string): number | null {
    const endsAt = this.endsAt.get(name);
    return endsAt === undefined || this.clock === null ? null : endsAt - this.clock.now();
  }

  private forget(name: string): boolean {
    this.endsAt.delete(name);
    return this.entries.delete(name);
  }
}
