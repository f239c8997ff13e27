import type { Clock, Loaded } from '../../../core/index.js';
import { factsOf } from '../records/facts-of.js';
import type { SignalRecord } from '../records/signal-record.js';

/** A record as the cache takes it: as old as its observation. */
export const loadedOf = (record: SignalRecord, clock: Clock): Loaded<SignalRecord> => ({
  value: record,
  ...factsOf(record, clock),
});
