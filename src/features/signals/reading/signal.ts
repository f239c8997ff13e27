import type { Source } from '../../../core/index.js';

/** A signal inside its limit at the moment it was given out. Its value is frozen. */
export interface Signal<T = unknown> {
  readonly type: string;
  readonly id: string;
  readonly value: T;
  readonly schemaVersion: number;
  /** ISO 8601. */
  readonly observedAt: string;
  readonly ageMs: number;
  readonly limitMs: number;
  /** Until it is past its limit. */
  readonly leftMs: number;
  /** ISO 8601; past it no inference may use it. */
  readonly validUntil: string;
  readonly source: Source;
}

export interface SignalRef {
  readonly type: string;
  readonly id: string;
  /** Less than the type's limit (ms); more is as the limit. */
  readonly maxAgeMs?: number;
}

/** What belongs into the record of an inference: what it was given, how old, and when. JSON. */
export interface InferenceRecord {
  /** The one instant; ISO 8601. */
  readonly at: string;
  readonly validUntil: string;
  readonly signals: readonly Pick<Signal, 'type' | 'id' | 'observedAt' | 'ageMs' | 'limitMs'>[];
}
