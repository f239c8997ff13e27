import { LRUCache } from 'lru-cache';
import { takeToken, type BucketRate, type Clock, type Taken } from '../../core/index.js';

/** Beyond, whoever asked least lately is forgotten, and begins with a full bucket. */
const maxBuckets = 10_000;

/** The buckets of one process. */
export class MemoryTokenBucket {
  private readonly fullAt = new LRUCache<string, number>({ max: maxBuckets });

  constructor(
    private readonly clock: Clock,
    private readonly rate: BucketRate,
  ) {}

  take(name: string): Taken {
    const taking = takeToken(this.fullAt.get(name), this.clock.now(), this.rate);
    if (taking.isTaken) this.fullAt.set(name, taking.fullAt);
    return taking;
  }

  /** What taking would come to; takes nothing. */
  peek(name: string): Taken {
    return takeToken(this.fullAt.get(name), this.clock.now(), this.rate);
  }

  /** Learns of a bucket elsewhere that was full `fullInMs` after the moment `at`: here it is no fuller. */
  learn(name: string, at: number, fullInMs: number): void {
    this.fullAt.set(name, Math.max(at + fullInMs, this.fullAt.get(name) ?? 0));
  }
}
