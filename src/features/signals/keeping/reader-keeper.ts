import type { AsOf, Clock, Entry, Mirrors, Reader } from '../../../core/index.js';
import { factsOf } from '../records/facts-of.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SignalKeeper } from '../sourcing/signal-source.js';

/** A feed brings up to 1,000 articles: all at once, Redis could not answer the last of them within its deadline. */
const writesAtOnce = 32;

type Cache = Pick<Reader<SignalRecord>['cache'], 'entry' | 'set' | 'asOfNow' | 'isPurged'>;

/**
 * Keeps what a source brings besides what it was asked for: in memory at once, in the tiers a few at a time. A source is
 * made before its reader: `use` comes between.
 */
export class ReaderKeeper implements SignalKeeper {
  private cache: Cache | null = null;
  private mirrors: Pick<Mirrors<SignalRecord>, 'mirror'> | null = null;
  /** By key: of one that comes again meanwhile the last is written. */
  private readonly unwritten = new Map<string, Entry<SignalRecord>>();
  private writing = 0;

  constructor(private readonly clock: Clock) {}

  use({ cache }: { readonly cache: Cache }, mirrors: Pick<Mirrors<SignalRecord>, 'mirror'>): void {
    this.cache = cache;
    this.mirrors = mirrors;
  }

  held(key: string): Entry<SignalRecord> | undefined {
    const entry = this.cache?.entry(key);
    return entry === undefined || this.cache?.isPurged(entry) ? undefined : entry;
  }

  asOfNow(): AsOf | undefined {
    return this.cache?.asOfNow();
  }

  keep(key: string, record: SignalRecord, asOf: AsOf | undefined): void {
    const { cache, clock } = this;
    if (cache === null) return;
    const facts = { ...factsOf(record, clock), ...(asOf && { asOf }), readAt: clock.now() };
    this.unwritten.set(key, cache.set(key, record, facts));
    this.writeOn();
  }

  private writeOn(): void {
    for (const [key, entry] of this.unwritten) {
      if (this.writing >= writesAtOnce) return;
      this.unwritten.delete(key);
      this.writing++;
      void this.mirrors?.mirror(entry).finally(() => {
        this.writing--;
        this.writeOn();
      });
    }
  }
}
