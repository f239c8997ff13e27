import type { AsOf } from '../coherence/as-of.js';
import type { Band } from '../policy/band.js';

/** Which tier answered; the furthest last. `operator`: a person put it there. */
export const sources = ['memory', 'redis', 'disk', 'origin', 'operator'] as const;
export type Source = (typeof sources)[number];

/** Why the answer is what it is, the most serious last; the one vocabulary of logs, metrics, headers and `explain`. */
export const reasons = [
  'fresh',
  'unconfirmed',
  'revalidating',
  'invalidated',
  'cold-start',
  'origin-slow',
  'origin-failed',
  'backing-off',
  'frozen',
] as const;
export type Reason = (typeof reasons)[number];

/** How far an answer may be trusted and why. Frozen, and one for all answers that are alike: a read makes none. */
export interface Standing {
  readonly isStale: boolean;
  readonly source: Source;
  readonly reason: Reason;
  readonly band: Band;
  /** The origin's authoritative "does not exist". */
  readonly absent: boolean;
}

/** What a reader gets: the value and everything known about how far it may be trusted. */
export class ReadResult<T> {
  constructor(
    /** Frozen. `undefined` where `absent`. */
    readonly data: T,
    /** Milliseconds since the origin last said that this is current. */
    readonly age: number,
    readonly asOf: AsOf | null,
    private readonly standing: Standing,
  ) {}

  get isStale(): boolean {
    return this.standing.isStale;
  }
  get source(): Source {
    return this.standing.source;
  }
  get reason(): Reason {
    return this.standing.reason;
  }
  get band(): Band {
    return this.standing.band;
  }
  /** The origin's authoritative "does not exist". */
  get absent(): boolean {
    return this.standing.absent;
  }

  /** The same answer for another reason, or from another tier. Nothing outranks a freeze. */
  because(reason: Reason, source: Source = this.source): ReadResult<T> {
    const why = this.reason === 'frozen' ? 'frozen' : reason;
    return new ReadResult(this.data, this.age, this.asOf, { ...this.standing, reason: why, source });
  }

  /** The same answer while nothing may replace it: it is given at any age, and as stale as it is. */
  whileFrozen(source: Source = this.source): ReadResult<T> {
    const standing: Standing = { ...this.standing, reason: 'frozen', band: 'fresh', source };
    return new ReadResult(this.data, this.age, this.asOf, standing);
  }
}
