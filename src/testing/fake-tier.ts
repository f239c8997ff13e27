import type { StoredEntry } from '../core/tiers/stored-entry.js';
import { supersedes } from '../core/tiers/supersedes.js';
import type { SetOptions, SetOutcome, Tier, TierName, TierUsage } from '../core/tiers/tier.js';

const nameOf = (namespace: string, key: string): string => JSON.stringify([namespace, key]);

/** A tier in memory, which any number of processes may share. It forgets nothing by time. */
export class FakeTier implements Tier {
  readonly entries = new Map<string, StoredEntry>();
  /** How often it was asked for anything. */
  calls = 0;

  constructor(readonly name: TierName = 'redis') {}

  async get(namespace: string, key: string): Promise<StoredEntry | null> {
    this.calls++;
    return structuredClone(this.entries.get(nameOf(namespace, key)) ?? null);
  }

  async set(
    namespace: string,
    key: string,
    entry: StoredEntry,
    { maxBytes }: SetOptions,
  ): Promise<SetOutcome> {
    this.calls++;
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (maxBytes !== null && bytes > maxBytes) return 'too-large';
    const name = nameOf(namespace, key);
    const held = this.entries.get(name);
    if (held !== undefined && !supersedes(entry, held)) return 'older';
    this.entries.set(name, structuredClone(entry));
    return 'stored';
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    this.calls++;
    return this.entries.delete(nameOf(namespace, key));
  }

  async deletePrefix(namespace: string, prefix: string): Promise<number> {
    this.calls++;
    const found = [...this.entries.keys()].filter((name) => {
      const [ofNamespace, key] = JSON.parse(name) as [string, string];
      return ofNamespace === namespace && key.startsWith(prefix);
    });
    for (const name of found) this.entries.delete(name);
    return found.length;
  }

  async usage(namespace: string): Promise<TierUsage> {
    const found = [...this.entries].filter(([name]) => (JSON.parse(name) as string[])[0] === namespace);
    const bytes = found.reduce((sum, [, entry]) => sum + Buffer.byteLength(JSON.stringify(entry)), 0);
    return { entries: found.length, bytes };
  }
}
