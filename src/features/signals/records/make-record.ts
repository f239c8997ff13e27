import type { AnswerFacts } from '../../../platform/sources/index.js';
import type { SignalType } from '../types/signal-type.js';
import { limitOf } from './limit-of.js';
import type { SignalRecord } from './signal-record.js';

export interface RecordFacts {
  /** Unix ms, never later than now. */
  readonly observedAt: number;
  /** `null` for what was pushed. */
  readonly http: AnswerFacts | null;
}

/** The record of a value that its type's `check` has passed. What the answer says of itself may shorten its limit only. */
export function makeRecord(
  type: SignalType,
  value: unknown,
  { observedAt, http }: RecordFacts,
): SignalRecord {
  const limitMs = limitOf(type, value, observedAt);
  const standsMs =
    http === null || http.freshForMs === null ? limitMs : http.observedAt + http.freshForMs - observedAt;
  return {
    schema_version: type.schemaVersion,
    observed_at: new Date(observedAt).toISOString(),
    ttl_ms: Math.min(limitMs, standsMs),
    etag: http?.etag ?? null,
    last_modified: http?.lastModified ?? null,
    http,
    value,
  };
}
