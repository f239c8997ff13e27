import type { PromotedFacts } from './cache-options.js';
import type { EntryJudge } from './entry-judge.js';
import type { Entry } from './entry.js';
import { isOfLaterEpoch, mayReplace } from './merge-entry.js';
import type { NewestBy } from './newest-by.js';

interface Told {
  readonly observedAt: number;
  readonly toldAt: number | undefined;
}

/** Says which of two entries of one key stands. */
export class EntryOrder {
  /** Of entries whose tier says that they are older: when they were observed all the same, and as whom that told. */
  private readonly told = new WeakMap<Entry<unknown>, Told>();
  /** Of values that were observed before: when they were asked for, pushed or stored all the same. */
  private readonly brought = new WeakMap<Entry<unknown>, number>();

  constructor(
    private readonly judge: EntryJudge,
    private readonly newestBy: NewestBy,
  ) {}

  /**
   * By version: `mayReplace`. By observation: what is current before what was marked stale; then by epoch; then the one
   * that was observed later, or the candidate where both were at once. That there is none is no observation: it was so
   * when it was told, and a value that came since stands, however long ago that was observed.
   */
  mayReplace(candidate: Entry<unknown>, held: Entry<unknown>): boolean {
    const { judge } = this;
    if (this.newestBy === 'version') return mayReplace(candidate, held, judge.stream.state);
    const isCurrent = judge.isCurrent(candidate);
    if (isCurrent !== judge.isCurrent(held)) return isCurrent;
    const byEpoch = isOfLaterEpoch(candidate, held, judge.stream.state);
    if (byEpoch !== null) return byEpoch;
    if (candidate.absent !== held.absent) return this.broughtAt(candidate) >= this.broughtAt(held);
    return this.observedAt(candidate) >= this.observedAt(held);
  }

  /** A copy knows less of what is held than the original. */
  isCopy(candidate: Entry<unknown>, held: Entry<unknown>): boolean {
    const toldAt = this.told.get(candidate)?.toldAt;
    const isSame =
      this.observedAt(candidate) === this.observedAt(held) ||
      (toldAt !== undefined && toldAt === this.told.get(held)?.toldAt);
    return isSame && candidate.absent === held.absent && isOfSameChange(candidate, held);
  }

  /** It was observed before it came here. */
  noteBrought(entry: Entry<unknown>, at: number): void {
    if (this.newestBy === 'observation' && at !== entry.confirmedAt) this.brought.set(entry, at);
  }

  /** It is older than it was said to be; that changes nothing about which of two was observed later. */
  makeOlder(entry: Entry<unknown>, { confirmedBy, toldAt }: PromotedFacts): void {
    if (confirmedBy === undefined) return;
    this.told.set(entry, { observedAt: entry.confirmedAt, toldAt });
    entry.confirmedAt = Math.min(entry.confirmedAt, confirmedBy);
  }

  /** It was observed later, as far as whoever stored it could tell. */
  isLater(entry: Entry<unknown>, than: Entry<unknown>): boolean {
    return this.observedAt(entry) > this.observedAt(than);
  }

  /** The version of its epoch before which what was read of this entry's scopes is not current any more. */
  currentFrom(entry: Entry<unknown>): number {
    return this.judge.currentFrom(entry);
  }

  private broughtAt(entry: Entry<unknown>): number {
    return (entry.absent ? undefined : this.brought.get(entry)) ?? this.observedAt(entry);
  }

  /** When it was observed, as far as that tells which of two is newer. */
  private observedAt(entry: Entry<unknown>): number {
    return this.told.get(entry)?.observedAt ?? entry.confirmedAt;
  }
}

const isOfSameChange = (one: Entry<unknown>, other: Entry<unknown>): boolean =>
  one.asOf?.epoch === other.asOf?.epoch && one.asOf?.changeId === other.asOf?.changeId;
