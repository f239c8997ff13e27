import type { Clock, Mirrors, Reader } from '../../../core/index.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SignalType } from '../types/signal-type.js';
import { aheadShareOf } from './ahead-share-of.js';

/** Keys beyond this many: the one that was first read longest ago is forgotten. */
const maxKeys = 10_000;
/** How soon a replica sees what another one has newer. */
const lookEveryMs = 1_000;
/** At a time, of one type: looks at Redis that nobody waits for. */
const maxLooks = 32;
/** Between two attempts to load one key ahead. */
const attemptEveryMs = 500;

export interface RecentReadsOptions {
  readonly type: Pick<SignalType, 'ttlMs' | 'refreshAheadShare' | 'tiers'>;
  readonly reader: Pick<Reader<SignalRecord>, 'cache' | 'refreshAhead'>;
  readonly mirrors: Pick<Mirrors<SignalRecord>, 'findShared'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** One key that is read; moments on the clock's timeline. */
interface ReadMark {
  /** The share of its limit after which it is loaded ahead; above 1: never. */
  readonly share: number;
  readAt: number;
  lookedAt: number;
  attemptedAt: number;
}

/**
 * What is done behind the reads of one type: what was read within the last ttl is loaded anew before it is past its
 * limit, and what is shared is compared with Redis, at most once a second. A read costs one look into a map.
 */
export class RecentReads {
  private readonly marks = new Map<string, ReadMark>();
  private readonly isShared: boolean;
  private looks = 0;

  constructor(private readonly options: RecentReadsOptions) {
    this.isShared = options.type.tiers.includes('redis');
  }

  get size(): number {
    return this.marks.size;
  }

  get isLoadedAhead(): boolean {
    return this.options.type.refreshAheadShare !== null;
  }

  /** Somebody was given this key from memory, of this age and with this limit (ms). Never throws, never waits. */
  note(key: string, now: number, ageMs: number, limitMs: number): void {
    let mark = this.marks.get(key);
    if (mark === undefined) mark = this.mark(key, now);
    mark.readAt = now;
    if (this.isShared && now - mark.lookedAt >= lookEveryMs) this.look(key, mark, now);
    if (ageMs >= mark.share * limitMs) this.loadAhead(key, mark, now);
  }

  /** What is due is loaded, also where nobody reads at this moment; what nobody has read for a ttl is forgotten. */
  tick(): void {
    const { clock, reader, type } = this.options;
    const now = clock.now();
    for (const [key, mark] of this.marks) {
      if (now - mark.readAt >= type.ttlMs) {
        this.marks.delete(key);
        continue;
      }
      const entry = reader.cache.entry(key);
      if (entry === undefined || entry.absent) continue;
      const limitMs = Math.min(entry.maxAgeMs, type.ttlMs);
      if (now - entry.confirmedAt >= mark.share * limitMs) this.loadAhead(key, mark, now);
    }
  }

  private mark(key: string, now: number): ReadMark {
    const { refreshAheadShare } = this.options.type;
    const share =
      refreshAheadShare === null ? Number.POSITIVE_INFINITY : aheadShareOf(key, refreshAheadShare);
    // What was given first was just loaded, looked for or pushed.
    const mark = { share, readAt: now, lookedAt: now, attemptedAt: Number.NEGATIVE_INFINITY };
    this.marks.set(key, mark);
    if (this.marks.size > maxKeys) {
      const [oldest] = this.marks.keys();
      if (oldest !== undefined) this.marks.delete(oldest);
    }
    return mark;
  }

  private loadAhead(key: string, mark: ReadMark, now: number): void {
    if (now - mark.attemptedAt < attemptEveryMs) return;
    mark.attemptedAt = now;
    this.options.reader.refreshAhead(key);
  }

  private look(key: string, mark: ReadMark, now: number): void {
    if (this.looks >= maxLooks) return;
    mark.lookedAt = now;
    this.looks++;
    void this.options.mirrors.findShared(key).finally(() => {
      this.looks--;
    });
  }
}
