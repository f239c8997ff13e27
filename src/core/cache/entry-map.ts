import type { Entry } from './entry.js';

/** Where entries are kept: a Map for what must never be evicted, or a size-bounded map of the same shape. */
export interface EntryMap<T> {
  get(key: string): Entry<T> | undefined;
  set(key: string, entry: Entry<T>): unknown;
  has(key: string): boolean;
  delete(key: string): boolean;
  clear(): void;
  keys(): Iterable<string>;
  values(): Iterable<Entry<T>>;
  readonly size: number;
}
