import type { Mirrors, Reader } from '../../../core/index.js';
import type { SignalCounters } from '../reading/signal-counters.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { RecentReads } from '../refreshing/recent-reads.js';
import type { SignalSource } from '../sourcing/signal-source.js';
import type { SignalType } from '../types/signal-type.js';

/** All that there is of one type in this process. */
export interface SignalNamespace {
  readonly type: SignalType;
  readonly reader: Reader<SignalRecord>;
  readonly mirrors: Mirrors<SignalRecord>;
  readonly source: SignalSource;
  readonly counters: SignalCounters;
  /** What was read of it lately; `null` where nothing is done behind the reads. */
  readonly reads: RecentReads | null;
}
