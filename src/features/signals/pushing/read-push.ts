import type { Clock } from '../../../core/index.js';
import { makeRecord } from '../records/make-record.js';
import { observationOf } from '../records/observation-of.js';
import { readPointer } from '../records/read-pointer.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SignalType } from '../types/signal-type.js';
import { SignalInvalidError } from './signal-invalid.error.js';
import { SignalTooOldError } from './signal-too-old.error.js';

/** What somebody pushes. */
export interface Push {
  /** JSON. */
  readonly value: unknown;
  /** ISO 8601; for values that do not tell it by themselves. Default, for types whose values never do: now. */
  readonly observedAt?: string;
}

/**
 * The record of what was pushed.
 * @param push of `copyPush`
 * @throws SignalInvalidError with every fault, SignalTooOldError
 */
export function readPush(type: SignalType, id: string, push: Push, clock: Pick<Clock, 'wall'>): SignalRecord {
  const now = clock.wall();
  const { value } = push;
  const faults = [...type.check(value)];
  const inValue = type.observedAt === null ? undefined : readPointer(value, type.observedAt);
  const told = inValue ?? push.observedAt;
  const where = inValue === undefined ? 'observedAt' : type.observedAt;
  const found = type.observedAt === null && told === undefined ? now : told;
  const observation = observationOf(found, now);
  if (observation.fault !== null) faults.push(`${where}: ${observation.message}`);
  if (push.observedAt !== undefined && push.observedAt !== told)
    faults.push(`observedAt: must be left out, or be what ${type.observedAt} of the value is`);
  if (observation.fault !== null || faults.length > 0) throw new SignalInvalidError(type.name, faults);
  const record = makeRecord(type, value, { observedAt: observation.observedAt, http: null });
  const ageMs = now - observation.observedAt;
  if (ageMs >= record.ttl_ms) throw new SignalTooOldError(type.name, id, ageMs, record.ttl_ms);
  return record;
}
