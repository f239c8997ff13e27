import type { AsOf } from './as-of.js';
import {
  initialStreamState,
  isProvenCurrent,
  supersession,
  type StreamState,
  type Supersession,
} from './stream-state.js';

/**
 * The live state of one stream, laid out for reading: the numbers a warm read compares are plain fields, and a
 * commit swaps all of them in one synchronous step.
 */
export class Stream {
  /** Raised by every commit that may have unproven an entry; equal means still proven (PROTOCOL CO-16). */
  generation = 0;
  confirmedThrough = Number.NEGATIVE_INFINITY;
  /** The last poll was answered. */
  isReachable = true;
  private current: StreamState = initialStreamState;
  private highest: AsOf | null = null;

  constructor(readonly name: string) {}

  get state(): StreamState {
    return this.current;
  }

  /** No history was ever adopted: nothing could be proven yet. */
  get isCold(): boolean {
    return this.current.epoch === null && this.current.dropped === null;
  }

  /** The highest point of the history that a value was read at; it may be ahead of what was applied. */
  get seen(): AsOf | null {
    return this.highest;
  }

  /** Notes what a value was read at. */
  saw(asOf: AsOf): void {
    const { highest } = this;
    const isHigher =
      highest === null ||
      (asOf.epoch === highest.epoch ? asOf.version > highest.version : highest.epoch !== this.current.epoch);
    if (isHigher) this.highest = asOf;
  }

  commit(next: StreamState): void {
    const { epoch, floor, watermarks } = this.current;
    const unproves = next.epoch !== epoch || next.floor !== floor || next.watermarks !== watermarks;
    this.current = next;
    this.confirmedThrough = next.confirmedThrough;
    if (unproves) this.generation++;
  }

  isProvenCurrent(asOf: AsOf, scopes: readonly string[]): boolean {
    return isProvenCurrent(this.current, asOf, scopes);
  }

  /** When a value that is no longer proven was superseded; `null` where this process did not see it. */
  supersession(asOf: AsOf, scopes: readonly string[]): Supersession | null {
    return supersession(this.current, asOf, scopes);
  }
}
