import { z } from 'zod';
import { reasons, sources, type ReadResult } from '../../../core/index.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** How far an answer may be trusted, and where it comes from. */
export const readMetaSchema = z.object({
  source: z.enum(sources).describe('Which tier answered'),
  reason: z.enum(reasons),
  isStale: z.boolean(),
  ageMs: z.int().min(0).describe('Milliseconds since the database last confirmed the snapshot'),
  version: z.int().min(0).describe("The configuration's version"),
  snapshotId: z.string(),
});

export type ReadMeta = Readonly<z.infer<typeof readMetaSchema>>;

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
