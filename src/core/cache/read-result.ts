import type { AsOf } from '../coherence/as-of.js';
import type { Band } from '../policy/band.js';

/** Which tier answered. */
export type Source = 'memory' | 'redis' | 'disk' | 'origin';

/** Why the answer is what it is; the one vocabulary of logs, metrics, headers and `explain`. */
export type Reason =
  | 'fresh'
  | 'unconfirmed'
  | 'revalidating'
  | 'invalidated'
  | 'cold-start'
  | 'origin-slow'
  | 'origin-failed'
  | 'backing-off';

/** What a reader gets: the value and everything known about how far it may be trusted. */
export class ReadResult<T> {
  constructor(
    /** Frozen. `undefined` where `absent`. */
    readonly data: T,
    readonly isStale: boolean,
    /** Milliseconds since the origin last said that this is current. */
    readonly age: number,
    readonly source: Source,
    readonly reason: Reason,
    readonly asOf: AsOf | null,
    readonly band: Band,
    /** The origin's authoritative "does not exist". */
    readonly absent: boolean,
  ) {}

  /** The same answer for another reason, or from another tier. */
  because(reason: Reason, source: Source = this.source): ReadResult<T> {
    return new ReadResult(
      this.data,
      this.isStale,
      this.age,
      source,
      reason,
      this.asOf,
      this.band,
      this.absent,
    );
  }
}
