import type { AnswerFacts } from '../../../platform/sources/index.js';

/** What is kept of one signal; the keys are what every tier holds. Frozen, as all that is cached. */
export interface SignalRecord {
  readonly schema_version: number;
  /** When what it says was so at its source; ISO 8601. A 304 moves it, unless the value tells it by itself. */
  readonly observed_at: string;
  /** Its limit (ms), counted from `observed_at`: the type's, or less. */
  readonly ttl_ms: number;
  readonly etag: string | null;
  readonly last_modified: string | null;
  /** What the source's answer told of itself, for the next request; `null` for what was pushed. */
  readonly http: AnswerFacts | null;
  readonly value: unknown;
}
