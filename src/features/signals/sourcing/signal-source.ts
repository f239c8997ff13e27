import type { AsOf, Entry, Origin } from '../../../core/index.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SourceCounters } from './source-counters.js';

/** What a source that loads several signals at once does with those that it was not asked for. */
export interface SignalKeeper {
  /** What memory holds, however old. */
  held(key: string): Entry<SignalRecord> | undefined;
  /** The point that what is asked for from now on belongs to: what is purged after it, is purged of it too (CO-4). */
  asOfNow(): AsOf | undefined;
  /**
   * Keeps a record in every tier of its type, unless a newer observation is held. Nobody waits for it.
   * @param asOf of the moment before the source was asked
   */
  keep(key: string, record: SignalRecord, asOf: AsOf | undefined): void;
}

/** Where the signals of one type come from. A load throws `SignalSourceError` where the source cannot tell. */
export type SignalSource = Origin<SignalRecord> & {
  /** What one request brings besides one signal: all signals below this prefix of the key; else `null`. */
  readonly list: ((first: string, signal: AbortSignal) => Promise<readonly string[]>) | null;
  /** Of its requests; there are none where values are pushed. */
  readonly counters?: SourceCounters;
};
