import { EventEmitter } from 'node:events';
import { Keyv, type DeserializedData, type KeyvStoreAdapter, type StoredData } from 'keyv';
import type { RedisKeyValue } from '../../adapters/redis/redis-key-value.js';
import {
  AppError,
  TierUnavailableError,
  type Clock,
  type Policy,
  type StaleWhileRevalidateCache,
  type StoredEntry,
} from '../../core/index.js';
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

/** Keyv's own text form of a value, buffers included. */
const textForm = new Keyv();

/** A namespace that has an origin is changed there, and read here. */
class ReadOnlyNamespaceError extends AppError {
  readonly code = 'read-only-namespace';
  readonly retryable = false;

  constructor(key: string) {
    super(`"${key}" is loaded from its origin: change it there, or delete it here to have it loaded anew`);
  }
}

/** The area that every process shares, where there is one: whoever sets last is right. */
export type SharedArea = Pick<RedisKeyValue, 'get' | 'set' | 'delete' | 'clear' | 'keys'>;

/** What the store is made of. */
export interface SwrStoreOptions {
  readonly clock: Clock;
  /** Holds what is set here. */
  readonly cache: StaleWhileRevalidateCache<unknown>;
  readonly registry: Pick<NamespaceRegistry, 'find'>;
  /** `null`: memory alone. */
  readonly shared: SharedArea | null;
}

/**
 * A Keyv 5 storage adapter over our own cache. A key `<namespace>:<key>` of a registered namespace meets the very
 * entry that its readers see: it can be read, and deleting it has it loaded anew; what they don't hold is not there.
 * Every other key is free to use; its `ttl` in ms is a maxAge without stale windows, and without one it never ends.
 * With Redis, it says what there is, and memory answers while it is away: with what was read or set here before.
 */
export class SwrStore extends EventEmitter implements KeyvStoreAdapter {
  /** Keyv offers an iterator only for dialects that it knows, and has no other use for the name. */
  opts: Record<string, unknown> = { dialect: 'redis' };
  namespace?: string;

  constructor(private readonly options: SwrStoreOptions) {
    super();
  }

  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    const owned = this.owner(key);
    if (owned && !owned.reader.cache.has(owned.key)) return undefined;
    const read = owned ? await owned.reader.get(owned.key) : await this.find(key);
    if (read === null || read.absent) return undefined;
    return owned ? ({ value: read.data } as StoredData<Value>) : (read.data as StoredData<Value>);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<void> {
    if (this.owner(key)) throw new ReadOnlyNamespaceError(key);
    const ttlMs = ttl || null;
    this.options.cache.set(key, value, { maxAgeMs: ttlMs ?? Number.POSITIVE_INFINITY });
    await this.elsewhere(async (shared) =>
      shared.set(key, await this.stored(value, ttlMs), { ttlMs, maxBytes: null }),
    );
  }

  async delete(key: string): Promise<boolean> {
    const owned = this.owner(key);
    if (!owned) {
      const wasHere = this.live(key) !== null && this.options.cache.delete(key);
      return (await this.elsewhere((shared) => shared.delete(key))) ?? wasHere;
    }
    if (!owned.reader.cache.invalidate(owned.key)) return false;
    await owned.reader.refresh(owned.key).catch(() => undefined);
    return true;
  }

  async has(key: string): Promise<boolean> {
    const owned = this.owner(key);
    return owned ? owned.reader.cache.has(owned.key) : (await this.find(key)) !== null;
  }

  /** Removes what was set here; namespaces with an origin are not touched. */
  async clear(): Promise<void> {
    for (const key of this.keysHere(this.namespace)) this.options.cache.delete(key);
    await this.elsewhere((shared) => shared.clear(prefixOf(this.namespace)));
  }

  /** Lists what was set here; namespaces with an origin are not listed. */
  async *iterator<Value>(namespace?: string): AsyncGenerator<(string | Awaited<Value> | undefined)[], void> {
    const keys = await this.elsewhere((shared) => listed(shared.keys(prefixOf(namespace))));
    for (const key of keys ?? this.keysHere(namespace)) {
      const read = await this.find(key);
      if (read !== null) yield [key, read.data as Awaited<Value>];
    }
  }

  private async find(key: string): Promise<{ data: unknown; absent: boolean } | null> {
    const stored = await this.elsewhere((shared) => shared.get(key));
    if (stored === undefined) return this.live(key);
    if (stored === null) {
      this.options.cache.delete(key);
      return null;
    }
    const { value, maxAgeMs, storedAt } = stored;
    const leftMs =
      maxAgeMs === null ? Number.POSITIVE_INFINITY : maxAgeMs - (this.options.clock.wall() - storedAt);
    const { value: data } = this.options.cache.set(key, await textForm.deserialize!(value as string), {
      maxAgeMs: Math.max(0, leftMs),
    });
    return { data, absent: false };
  }

  /** What the shared area answers; `undefined` while there is none, or it is away, which it tells itself. */
  private async elsewhere<R>(work: (shared: SharedArea) => Promise<R>): Promise<R | undefined> {
    const { shared } = this.options;
    if (shared === null) return undefined;
    try {
      return await work(shared);
    } catch (error) {
      if (error instanceof TierUnavailableError) return undefined;
      throw error;
    }
  }

  private async stored(value: unknown, maxAgeMs: number | null): Promise<StoredEntry> {
    const now = this.options.clock.wall();
    const facts = { absent: false, message: null, asOf: null, scopes: [], schema: 1, left: [] };
    const text = await textForm.serialize!(value as DeserializedData<unknown>);
    return { value: text, maxAgeMs, confirmedAt: now, storedAt: now, ...facts };
  }

  /** Those held at this moment: a walk over them may change what is held. */
  private keysHere(namespace: string | undefined): string[] {
    const prefix = prefixOf(namespace);
    return [...this.options.cache.keys()].filter((key) => key.startsWith(prefix));
  }

  /** A value past its ttl is no value: it is dropped when it is met. */
  private live(key: string): { data: unknown; absent: boolean } | null {
    const read = this.options.cache.get(key);
    if (read?.isStale) {
      this.options.cache.delete(key);
      return null;
    }
    return read;
  }

  private owner(key: string) {
    const end = key.indexOf(':');
    const reader = end < 0 ? undefined : this.options.registry.find(key.slice(0, end))?.reader;
    return reader && { reader, key: key.slice(end + 1) };
  }
}

const prefixOf = (namespace = ''): string => (namespace === '' ? '' : `${namespace}:`);

async function listed(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}
