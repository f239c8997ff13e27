import { Stream } from '../coherence/stream.js';
import type { EntryJudge } from './entry-judge.js';
import type { EntryMap } from './entry-map.js';
import type { Entry } from './entry.js';
import { OperatorEntries } from './operator-entries.js';
import type { ReadResult } from './read-result.js';

/** In the place of a cache's stream: of its generation no entry is, so that no read is answered without its label. */
const noProofs = new Stream('frozen');
noProofs.generation = -2;

export interface FreezeOptions<T> {
  readonly entries: EntryMap<T>;
  readonly judge: EntryJudge;
  /** Whose generation fresh reads are held against from now on. */
  readonly holdAgainst: (proofs: Stream) => void;
}

/**
 * Keeps what a cache holds: while it is on, nothing but a purge touches that, and it is answered at any age. What is
 * not held is stored once. An absence counts as held while it is fresh: there is no stale "does not exist".
 */
export class Freeze<T> {
  private readonly imposed = new OperatorEntries<T>();
  private on = false;

  constructor(private readonly options: FreezeOptions<T>) {}

  get isOn(): boolean {
    return this.on;
  }

  begin(): void {
    this.on = true;
    this.options.holdAgainst(noProofs);
  }

  /** What was held before an operator's value is held again; one that took no other's place gives way to any other. */
  end(): void {
    const { entries, judge, holdAgainst } = this.options;
    this.on = false;
    holdAgainst(judge.stream);
    this.imposed.giveUp((entry, before) => {
      if (entries.get(entry.key) === entry) entries.set(entry.key, before);
    });
  }

  /** What nothing may replace now, if anything. */
  entry(key: string): Entry<T> | undefined {
    const held = this.on ? this.options.entries.get(key) : undefined;
    return held !== undefined && this.keeps(held) ? held : undefined;
  }

  /** It is held, and nothing may replace it. */
  keeps(held: Entry<T>): boolean {
    return this.on && this.options.judge.describe(held) !== null;
  }

  /** Puts an operator's value in the place of what is held. */
  impose(entry: Entry<T>): void {
    const { entries } = this.options;
    this.imposed.add(entry, entries.get(entry.key));
    entries.set(entry.key, entry);
  }

  /** An operator put it there: it is this process's alone. */
  isImposed(entry: Entry<T>): boolean {
    return this.imposed.has(entry);
  }

  /** Another value stands in the place of the operator's. */
  replaced(key: string): void {
    this.imposed.forget(key);
  }

  /** What is said of an entry, with the word of whoever froze it or put it there. */
  label(entry: Entry<T>, read: ReadResult<T>): ReadResult<T> {
    // Only what was revoked may be an operator's.
    if (!this.on && entry.revokedAt === null) return read;
    const source = this.imposed.has(entry) ? 'operator' : read.source;
    if (this.on) return read.whileFrozen(source);
    return source === read.source ? read : read.because(read.reason, source);
  }
}
