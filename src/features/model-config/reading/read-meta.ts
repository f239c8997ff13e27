import type { ReadResult, Reason, Source } from '../../../core/index.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** How far an answer may be trusted, and where it comes from. */
export interface ReadMeta {
  readonly source: Source;
  readonly reason: Reason;
  readonly isStale: boolean;
  /** Milliseconds since the database last confirmed the snapshot. */
  readonly ageMs: number;
  /** The configuration's version. */
  readonly version: number;
  readonly snapshotId: string;
}

/** `JSON.stringify` of the same, quicker: nothing in it needs escaping. */
export function metaText(read: ReadResult<Snapshot>): string {
  const { source, reason, isStale, age, data } = read;
  return `{"source":"${source}","reason":"${reason}","isStale":${isStale},"ageMs":${Math.round(age)},"version":${data.asOf.version},"snapshotId":"${data.id}"}`;
}

export function metaOf(read: ReadResult<Snapshot>): ReadMeta {
  return {
    source: read.source,
    reason: read.reason,
    isStale: read.isStale,
    ageMs: Math.round(read.age),
    version: read.data.asOf.version,
    snapshotId: read.data.id,
  };
}
