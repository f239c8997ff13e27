import { redisInsStore } from 'cache-manager-ioredis-yet';
import type { Redis } from 'ioredis';
import {
  decodeEnvelope,
  encodeEnvelope,
  EnvelopeError,
  type Report,
  type SetOptions,
  type StoredEntry,
} from '../../core/index.js';
import { readCapped } from './read-capped.js';
import type { ReadLimits } from './read-limits.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';
import { scanKeys, unlinkKeys } from './scan-keys.js';

export interface RedisKeyValueOptions {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly report: Report;
  /** What the area is called in events. */
  readonly namespace: string;
  readonly limits: ReadLimits;
  /** A value's JSON is compressed when it has at least so many bytes. */
  readonly compressFromBytes: number;
}

/** What the store asks of its client for `get` and `set`. */
interface Wire {
  get(name: string): Promise<string | null>;
  set(name: string, text: string, ...px: [] | ['PX', number]): Promise<void>;
}

/** Its own types are those of an older cache-manager. */
interface YetStore {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string, ttlMs: number | undefined): Promise<void>;
}

/** An envelope in base64 as a JSON string: nothing in it means anything to telejson. */
const ours = /^"[A-Za-z0-9+/]+={0,2}"$/;
const storedLength = (envelopeBytes: number): number => Math.ceil(envelopeBytes / 3) * 4 + '""'.length;

/**
 * The free area of the cache manager in Redis: whoever sets last is right. Values go by cache-manager-ioredis-yet, over
 * our link and within our limits; its telejson, which makes functions of strings, sees what we wrote and nothing else.
 */
export class RedisKeyValue {
  private readonly store: YetStore;

  constructor(private readonly options: RedisKeyValueOptions) {
    const wire: Wire = {
      get: (name) => this.read(name),
      set: (name, text, ...px) => this.write(name, text, px[1]),
    };
    this.store = redisInsStore(wire as unknown as Redis) as unknown as YetStore;
  }

  /** What is corrupt, foreign or over-long is deleted, reported and not there. */
  async get(key: string): Promise<StoredEntry | null> {
    const { link, keys, report, namespace, limits } = this.options;
    const name = keys.free(key);
    try {
      const stored = await this.store.get(name);
      if (stored === undefined) return null;
      return await decodeEnvelope(Buffer.from(stored, 'base64'), limits);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      report({ type: 'entry-corrupt', tier: 'redis', namespace, fault: error.fault });
      await link.run('delete', (client) => client.unlink(name)).catch(() => undefined);
      return null;
    }
  }

  async set(
    key: string,
    entry: StoredEntry,
    { ttlMs, maxBytes }: Omit<SetOptions, 'pinned'>,
  ): Promise<'stored' | 'too-large'> {
    const { keys, report, namespace, compressFromBytes } = this.options;
    const bytes = await encodeEnvelope(entry, compressFromBytes);
    if (maxBytes !== null && bytes.length > maxBytes) return 'too-large';
    const kept = ttlMs === null ? undefined : Math.max(1, Math.ceil(ttlMs));
    await this.store.set(keys.free(key), bytes.toString('base64'), kept);
    report({ type: 'entry-stored', tier: 'redis', namespace, bytes: bytes.length });
    return 'stored';
  }

  /** True when there was one. */
  async delete(key: string): Promise<boolean> {
    const { link, keys } = this.options;
    return (await link.run('delete', (client) => client.unlink(keys.free(key)))) > 0;
  }

  /** Deletes what begins with `prefix`; `''` is the whole area, and never more. Returns how many. */
  async clear(prefix: string): Promise<number> {
    const { link, keys } = this.options;
    let deleted = 0;
    for await (const found of scanKeys(link, keys.freePattern(prefix)))
      deleted += await unlinkKeys(link, found);
    return deleted;
  }

  /** The keys that begin with `prefix`, each once; what is set or deleted meanwhile may be among them or not. */
  async *keys(prefix: string): AsyncGenerator<string, void> {
    const { link, keys } = this.options;
    const seen = new Set<string>();
    for await (const found of scanKeys(link, keys.freePattern(prefix))) {
      for (const name of found) {
        if (!seen.has(name)) yield keys.freeName(name);
        seen.add(name);
      }
    }
  }

  private async read(name: string): Promise<string | null> {
    const { link, limits } = this.options;
    const maxBytes = storedLength(limits.maxStoredBytes);
    const stored = await link.run('get', (client) => readCapped(client, name, maxBytes));
    if (stored === null) return null;
    if (stored === 'foreign') throw new EnvelopeError('foreign');
    if (stored.length > maxBytes) throw new EnvelopeError('length');
    const text = stored.toString('latin1');
    if (!ours.test(text)) throw new EnvelopeError('foreign');
    return text;
  }

  private async write(name: string, text: string, ttlMs: number | undefined): Promise<void> {
    await this.options.link.run('set', (client) =>
      ttlMs === undefined ? client.set(name, text) : client.set(name, text, 'PX', ttlMs),
    );
  }
}
