import {
  decodeEnvelope,
  encodeEnvelope,
  EnvelopeError,
  type GetOptions,
  type HeldEntry,
  type Report,
  type SetOptions,
  type SetOutcome,
  type StoredEntry,
  type Tier,
  type TierUsage,
} from '../../core/index.js';
import { readCapped } from './read-capped.js';
import type { ReadLimits } from './read-limits.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';
import { estimateUsage } from './estimate-usage.js';
import { scanKeys, unlinkKeys } from './scan-keys.js';
import { setIfNewer } from './set-if-newer.script.js';

/** What PTTL says of a key that does not lapse. */
const forEver = -1;

export interface RedisTierOptions {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly report: Report;
  readonly limits: (namespace: string) => ReadLimits;
  /** A value's JSON is compressed when it has at least so many bytes. */
  readonly compressFromBytes: number;
}

/**
 * Entries in Redis: a value and an absence have a key each, of one slot, and one is there at most. So the absence is
 * asked for only where there is no value, and a value costs one command.
 */
export class RedisTier implements Tier {
  readonly name = 'redis';

  constructor(private readonly options: RedisTierOptions) {}

  async get(namespace: string, key: string, options: GetOptions = {}): Promise<HeldEntry | null> {
    return options.countdown ? this.getCounted(namespace, key) : this.getPlain(namespace, key);
  }

  async set(
    namespace: string,
    key: string,
    entry: StoredEntry,
    { ttlMs, maxBytes, currentFrom = null }: SetOptions,
  ): Promise<SetOutcome> {
    const { link, keys, report, compressFromBytes } = this.options;
    const bytes = await encodeEnvelope(entry, compressFromBytes);
    if (maxBytes !== null && bytes.length > maxBytes) return 'too-large';
    const { value, absence } = keys.entry(namespace, key);
    const order = entry.absent ? [absence, value] : [value, absence];
    const kept = ttlMs === null ? '' : Math.max(1, Math.ceil(ttlMs));
    const args = [bytes, kept, currentFrom ?? ''];
    const isStored = await link.run('set', (client) => setIfNewer.run(client, order, args));
    if (isStored !== 1) return 'older';
    report({ type: 'entry-stored', tier: 'redis', namespace, bytes: bytes.length });
    return 'stored';
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    const { link, keys } = this.options;
    const { value, absence } = keys.entry(namespace, key);
    return (await link.run('delete', (client) => client.unlink(value, absence))) > 0;
  }

  async deletePrefix(namespace: string, prefix: string): Promise<number> {
    const { link, keys } = this.options;
    let deleted = 0;
    for await (const found of scanKeys(link, keys.entriesPattern(namespace, prefix))) {
      deleted += await unlinkKeys(link, found);
    }
    return deleted;
  }

  usage(namespace: string): Promise<TierUsage> {
    const { link, keys } = this.options;
    return estimateUsage(link, keys.entriesPattern(namespace, ''));
  }

  private async getPlain(namespace: string, key: string): Promise<StoredEntry | null> {
    const { link, keys, limits } = this.options;
    const { value, absence } = keys.entry(namespace, key);
    const { maxStoredBytes } = limits(namespace);
    let absent: Buffer | 'foreign' | null = null;
    const held = await link.run('get', async (client) => {
      const bytes = await readCapped(client, value, maxStoredBytes);
      if (bytes === null || bytes === 'foreign') absent = await readCapped(client, absence, maxStoredBytes);
      return bytes;
    });
    return (await this.decoded(namespace, value, held)) ?? this.decoded(namespace, absence, absent);
  }

  /** Both keys in one round trip, each after what is left of its time: what is written in between looks older, never younger. */
  private async getCounted(namespace: string, key: string): Promise<HeldEntry | null> {
    const { link, keys, limits } = this.options;
    const { value, absence } = keys.entry(namespace, key);
    const { maxStoredBytes } = limits(namespace);
    const found = await link.run('get', (client) =>
      Promise.all(
        [value, absence].map(async (name) => {
          const [leftMs, bytes] = await Promise.all([
            client.pttl(name),
            readCapped(client, name, maxStoredBytes),
          ]);
          return { name, leftMs, bytes };
        }),
      ),
    );
    for (const { name, leftMs, bytes } of found) {
      const entry = await this.decoded(namespace, name, bytes);
      if (entry !== null) return leftMs === forEver ? entry : { ...entry, leftMs: Math.max(0, leftMs) };
    }
    return null;
  }

  /** What holds no entry is deleted and told; what of it does not work out is no reader's concern. */
  private async decoded(
    namespace: string,
    key: string,
    bytes: Buffer | 'foreign' | null,
  ): Promise<StoredEntry | null> {
    if (bytes === null) return null;
    const { link, report, limits } = this.options;
    try {
      if (bytes === 'foreign') throw new EnvelopeError('foreign');
      const { maxStoredBytes, maxValueBytes } = limits(namespace);
      if (bytes.length > maxStoredBytes) throw new EnvelopeError('length');
      return await decodeEnvelope(bytes, { maxValueBytes });
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      report({ type: 'entry-corrupt', tier: 'redis', namespace, fault: error.fault });
      await link.run('delete', (client) => client.unlink(key)).catch(() => undefined);
      return null;
    }
  }
}
