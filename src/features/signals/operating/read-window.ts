import type { SignalCounters } from '../reading/signal-counters.js';

/** So many looks, a minute apart, are the last ten minutes. */
const looks = 10;
/** Of fewer reads a share says nothing. */
const fewest = 100;

interface Counted {
  readonly reads: number;
  /** Answered without the source. */
  readonly hits: number;
  readonly expired: number;
}

export interface WindowShares {
  readonly violations: number;
  readonly hitRatio: number;
}

/** What became of the reads of one type in the last ten minutes, from one look to the next. */
export class ReadWindow {
  /** As of the last looks, and of the start. */
  private readonly counted: Counted[] = [{ reads: 0, hits: 0, expired: 0 }];

  /** `null` where there were fewer than 100 reads. */
  look(counters: Pick<SignalCounters, 'reads' | 'hits' | 'found' | 'expired'>): WindowShares | null {
    const { reads, expired } = counters;
    const hits = counters.hits + counters.found;
    const since = this.counted[0]!;
    this.counted.push({ reads, hits, expired });
    if (this.counted.length > looks) this.counted.shift();
    const within = reads - since.reads;
    if (within < fewest) return null;
    return { violations: (expired - since.expired) / within, hitRatio: (hits - since.hits) / within };
  }
}
