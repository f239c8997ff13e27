import { StaleWhileRevalidateCache, type Entry } from '../../src/core/index.js';
import { factsOf } from '../../src/features/signals/records/facts-of.js';
import type { SignalRecord } from '../../src/features/signals/records/signal-record.js';
import { signalsPolicy } from '../../src/features/signals/signals.policy.js';
import type { FeedParser } from '../../src/features/signals/sourcing/feed-parser.service.js';
import { signalSourceOf } from '../../src/features/signals/sourcing/signal-source-of.js';
import type { SignalKeeper, SignalSource } from '../../src/features/signals/sourcing/signal-source.js';
import type { SignalType } from '../../src/features/signals/types/signal-type.js';
import { parseHere } from './parse-here.js';
import type { SourceRig } from './source-rig.js';

/** A type whose key is `<name>:{a}:{b}`, of one hour and 64 KiB, in memory alone. */
export function signalType(source: SignalType['source'], over: Partial<SignalType> = {}): SignalType {
  const name = over.name ?? 'news';
  return {
    name,
    namespace: `signals-${name}`,
    ttlMs: 3_600_000,
    key: { text: `${name}:{a}:{b}`, prefix: `${name}:`, placeholders: ['a', 'b'] },
    source,
    sizeClass: 'hot',
    tiers: [],
    refreshAheadShare: null,
    schemaVersion: 1,
    check: () => [],
    observedAt: null,
    ttlByStart: null,
    maxValueBytes: 65_536,
    ...over,
  };
}

/** A source with a memory of its own, asked as a reader does. */
export class SourceDesk implements SignalKeeper {
  readonly source: SignalSource;
  readonly cache: StaleWhileRevalidateCache<SignalRecord>;
  /** Keys, in the order they were kept. */
  readonly kept: string[] = [];

  constructor(
    private readonly rig: SourceRig,
    private readonly type: SignalType,
    parse: FeedParser['parse'] = parseHere,
  ) {
    const { clock, client } = rig;
    this.cache = new StaleWhileRevalidateCache({ clock, policy: signalsPolicy(type) });
    this.source = signalSourceOf(type, { client, clock, keeper: this, parse });
  }

  held(key: string): Entry<SignalRecord> | undefined {
    return this.cache.entry(key);
  }

  asOfNow(): undefined {
    return undefined;
  }

  keep(key: string, record: SignalRecord): void {
    this.kept.push(key);
    this.cache.set(key, record, factsOf(record, this.rig.clock));
  }

  /** What a load brings; `null`: there is no such signal. It is kept. */
  async load(id: string, by?: AbortSignal): Promise<SignalRecord | null> {
    const { signal } = by === undefined ? new AbortController() : { signal: by };
    const key = this.type.key.prefix + id;
    const request = { signal, endsAt: this.rig.clock.now() + 10_000, held: this.cache.entry(key) };
    const loaded = await this.source.load(key, request);
    if (!('value' in loaded)) return null;
    this.cache.set(key, loaded.value, loaded);
    return loaded.value;
  }

  list(first: string): Promise<readonly string[]> {
    return this.source.list?.(first, new AbortController().signal) ?? Promise.resolve([]);
  }

  record(id: string): SignalRecord | undefined {
    return this.cache.entry(this.type.key.prefix + id)?.value;
  }
}
