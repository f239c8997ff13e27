import { foldWatermarks } from './apply-reply.js';
import type { AsOf } from './as-of.js';
import {
  initialStreamState,
  isInLog,
  isProvenCurrent,
  isPurged,
  supersession,
  type ReadAt,
  type StreamState,
  type Supersession,
} from './stream-state.js';

/** Holds values of a stream that can be moved to a later point of its history. */
export interface Holder {
  /** What is proven current now is from now on told to be as of `asOf`. */
  lift(asOf: AsOf): void;
  /** Something was purged, or the log was trimmed: what is held of it is given up. */
  dropPurged(): void;
}

/**
 * The live state of one stream, laid out for reading: the numbers a warm read compares are plain fields, and a
 * commit swaps all of them in one synchronous step.
 */
export class Stream {
  /** Raised by every commit that may have unproven an entry; equal means still proven (PROTOCOL CO-16). */
  generation = 0;
  confirmedThrough = Number.NEGATIVE_INFINITY;
  appliedVersion = 0;
  /** The last poll was answered. */
  isReachable = true;
  private current: StreamState = initialStreamState;
  private highest: ReadonlyMap<string, AsOf> = new Map();
  private readonly holders: Holder[] = [];

  constructor(readonly name: string) {}

  get state(): StreamState {
    return this.current;
  }

  /** No history was ever adopted: nothing could be proven yet. */
  get isCold(): boolean {
    return this.current.epoch === null && this.current.dropped === null;
  }

  /** The highest point that a value was read at, for each epoch; it may be ahead of what was applied, in any of them. */
  get seen(): ReadonlyMap<string, AsOf> {
    return this.highest;
  }

  /** Notes what a value was read at. */
  saw(asOf: AsOf): void {
    const { epoch, version } = asOf;
    if (
      epoch === '' ||
      version <= (this.highest.get(epoch)?.version ?? -1) ||
      this.current.abandoned.has(epoch)
    )
      return;
    this.highest = new Map([...this.highest, [epoch, asOf]]);
  }

  /** Notes epochs that other processes have left, before any that this one knows: one that comes back is another history. */
  leave(epochs: readonly string[]): void {
    const { abandoned } = this.current;
    const unknown = epochs.filter((epoch) => !abandoned.has(epoch));
    if (unknown.length > 0) this.commit({ ...this.current, abandoned: new Set([...unknown, ...abandoned]) });
  }

  /** Whoever holds values of this stream for as long as the stream lives. */
  attach(holder: Holder): void {
    this.holders.push(holder);
  }

  /** The point that was applied; `null` while there is no history, or its change was never seen. */
  get applied(): AsOf | null {
    const { epoch, applied } = this.current;
    return epoch === null || applied.changeId === null
      ? null
      : { epoch, version: applied.version, changeId: applied.changeId };
  }

  /** Gives up the watermarks for one floor, at the local moment `now`; what is proven current stays so (CO-8). */
  fold(now: number): void {
    const { applied } = this;
    if (applied === null) return;
    for (const holder of this.holders) holder.lift(applied);
    this.commit(foldWatermarks(this.current, now));
  }

  commit(next: StreamState): void {
    const { epoch, floor, watermarks, abandoned, purges, trimmedTo } = this.current;
    const unproves = next.epoch !== epoch || next.floor !== floor || next.watermarks !== watermarks;
    if (next.abandoned !== abandoned) {
      this.highest = new Map([...this.highest].filter(([seen]) => !next.abandoned.has(seen)));
    }
    this.current = next;
    this.confirmedThrough = next.confirmedThrough;
    this.appliedVersion = next.applied.version;
    if (unproves) this.generation++;
    if (next.purges !== purges || next.trimmedTo !== trimmedTo)
      for (const holder of this.holders) holder.dropPurged();
  }

  isProvenCurrent(asOf: AsOf, scopes: readonly string[]): boolean {
    return isProvenCurrent(this.current, asOf, scopes);
  }

  /** The log shows the change that a value from another process was read at. */
  isInLog(asOf: AsOf): boolean {
    return isInLog(this.current, asOf);
  }

  get hasPurges(): boolean {
    return this.current.purges.size > 0;
  }

  /** It was purged after it was read, or may have been. */
  isPurged(read: ReadAt, scopes: readonly string[]): boolean {
    return isPurged(this.current, read, scopes);
  }

  /** When a value that is no longer proven was superseded; `null` where this process did not see it. */
  supersession(asOf: AsOf, scopes: readonly string[]): Supersession | null {
    return supersession(this.current, asOf, scopes);
  }
}
