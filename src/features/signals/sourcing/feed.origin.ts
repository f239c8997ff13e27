import type { Loaded, LoadRequest, Origin } from '../../../core/index.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { FeedSource, SignalType } from '../types/signal-type.js';
import { Feed } from './feed.js';
import { loadedOf } from './loaded-of.js';
import { SourceCounters } from './source-counters.js';
import type { SourceParts } from './source-parts.js';

/** The articles of feeds: whoever asks for one of them brings all of its feed (SI-5). */
export class FeedOrigin implements Origin<SignalRecord> {
  readonly counters = new SourceCounters();
  private readonly feeds: ReadonlyMap<string, Feed>;

  constructor(
    private readonly type: SignalType,
    source: FeedSource,
    private readonly parts: SourceParts,
  ) {
    const { counters } = this;
    const feeds = [...source.feeds].map(
      ([name, url]) => [name, new Feed({ ...parts, type, source, name, url, counters })] as const,
    );
    this.feeds = new Map(feeds);
  }

  /** The ids of the articles that a feed names now; none for a feed that there is not. */
  readonly list = async (first: string, signal: AbortSignal): Promise<readonly string[]> => {
    const feed = this.feeds.get(first);
    if (feed === undefined) return [];
    return feed.freshIds ?? [...(await feed.pull(signal)).records.keys()];
  };

  async load(key: string, { signal }: LoadRequest<SignalRecord>): Promise<Loaded<SignalRecord>> {
    const both = key.slice(this.type.key.prefix.length);
    const end = both.indexOf(':');
    const feed = this.feeds.get(both.slice(0, end));
    const id = both.slice(end + 1);
    if (feed === undefined || feed.isAbsent(id)) return { absent: true };
    const { asOf, records } = await feed.pull(signal);
    const record = records.get(id);
    const loaded: Loaded<SignalRecord> =
      record === undefined ? { absent: true } : loadedOf(record, this.parts.clock);
    return asOf === undefined ? loaded : { ...loaded, asOf };
  }
}
