import { EventEmitter } from 'node:events';
import type { KeyvStoreAdapter, StoredData } from 'keyv';
import { AppError, type Policy, type StaleWhileRevalidateCache } from '../../core/index.js';
import type { NamespaceRegistry } from './namespace-registry.js';

/** What is set through a store lives for its ttl and has no stale windows. */
export const freePolicy: Policy = {
  maxAgeMs: 0,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  hardTimeoutMs: 1,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: 0,
};

/** A namespace that has an origin is changed there, and read here. */
class ReadOnlyNamespaceError extends AppError {
  readonly code = 'read-only-namespace';
  readonly retryable = false;

  constructor(key: string) {
    super(`"${key}" is loaded from its origin: change it there, or delete it here to have it loaded anew`);
  }
}

/**
 * A Keyv 5 storage adapter over our own cache. A key `<namespace>:<key>` of a registered namespace meets the very
 * entry that its readers see: it can be read, and deleting it has it loaded anew; what they don't hold is not there.
 * Every other key is free to use; its `ttl` in ms is a maxAge without stale windows, and without one it never ends.
 */
export class SwrStore extends EventEmitter implements KeyvStoreAdapter {
  /** Keyv offers an iterator only for dialects that it knows, and has no other use for the name. */
  opts: Record<string, unknown> = { dialect: 'redis' };
  namespace?: string;

  constructor(
    private readonly cache: StaleWhileRevalidateCache<unknown>,
    private readonly registry: Pick<NamespaceRegistry, 'find'>,
  ) {
    super();
  }

  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    const owned = this.owner(key);
    if (owned && !owned.reader.cache.has(owned.key)) return undefined;
    const read = owned ? await owned.reader.get(owned.key) : this.live(key);
    if (read === null || read.absent) return undefined;
    return owned ? ({ value: read.data } as StoredData<Value>) : (read.data as StoredData<Value>);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<void> {
    if (this.owner(key)) throw new ReadOnlyNamespaceError(key);
    this.cache.set(key, value, { maxAgeMs: ttl || Number.POSITIVE_INFINITY });
  }

  async delete(key: string): Promise<boolean> {
    const owned = this.owner(key);
    if (!owned) return this.live(key) !== null && this.cache.delete(key);
    if (!owned.reader.cache.invalidate(owned.key)) return false;
    await owned.reader.refresh(owned.key).catch(() => undefined);
    return true;
  }

  async has(key: string): Promise<boolean> {
    const owned = this.owner(key);
    return owned ? owned.reader.cache.has(owned.key) : this.live(key) !== null;
  }

  /** Removes what was set here; namespaces with an origin are not touched. */
  async clear(): Promise<void> {
    for (const key of this.keysOf(this.namespace)) this.cache.delete(key);
  }

  /** Lists what was set here; namespaces with an origin are not listed. */
  async *iterator<Value>(namespace?: string): AsyncGenerator<(string | Awaited<Value> | undefined)[], void> {
    for (const key of this.keysOf(namespace)) {
      const read = this.live(key);
      if (read !== null) yield [key, read.data as Awaited<Value>];
    }
  }

  /** Those held at this moment: a walk over them may change what is held. */
  private keysOf(namespace = ''): string[] {
    const keys = [...this.cache.keys()];
    return namespace === '' ? keys : keys.filter((key) => key.startsWith(`${namespace}:`));
  }

  /** A value past its ttl is no value: it is dropped when it is met. */
  private live(key: string): { data: unknown; absent: boolean } | null {
    const read = this.cache.get(key);
    if (read?.isStale) {
      this.cache.delete(key);
      return null;
    }
    return read;
  }

  private owner(key: string) {
    const end = key.indexOf(':');
    const reader = end < 0 ? undefined : this.registry.find(key.slice(0, end))?.reader;
    return reader && { reader, key: key.slice(end + 1) };
  }
}
