import { LRUCache } from 'lru-cache';
import type { Entry, EntryMap } from '../../core/index.js';
import { estimateBytes } from './estimate-bytes.js';

/**
 * An entry, its key's place in the map and the list of use, as measured with empty values (`bench/memory`): where each
 * was read at a point of its own; a fifth less where they share one.
 */
const entryBytes = 250;

export interface LruLimits {
  readonly maxEntries: number;
  /** Of keys, values and what is kept with them, as estimated. */
  readonly maxBytes: number;
}

/** Entries bounded by number and by size; the least recently used goes first. */
export class LruEntryMap<T> implements EntryMap<T> {
  private readonly entries: LRUCache<string, Entry<T>>;

  constructor({ maxEntries, maxBytes }: LruLimits) {
    this.entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ value, scopes }, key) =>
        entryBytes + 2 * key.length + estimateBytes(value) + estimateBytes(scopes),
    });
  }

  get size(): number {
    return this.entries.size;
  }

  /** Estimated. */
  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get(key: string): Entry<T> | undefined {
    return this.entries.get(key);
  }

  /** A value larger than all of the map may be is not kept. */
  set(key: string, entry: Entry<T>): void {
    this.entries.set(key, entry);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  /** The least recently used first. */
  keys(): Iterable<string> {
    return this.entries.rkeys();
  }

  values(): Iterable<Entry<T>> {
    return this.entries.values() as Iterable<Entry<T>>;
  }
}
