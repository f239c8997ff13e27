import { createHash } from 'node:crypto';
import type { ConfigRows, Snapshot } from '../snapshot/snapshot.js';
import { canonicalJson } from '../../../platform/documents/index.js';
import { pinnedSnapshotCodec } from './pinned-snapshot.codec.js';

type Encoded = ConfigRows & { readonly otherPhases: readonly string[] };

/** A snapshot as text: the same in every process that serves it, whatever the order in which its rows came. */
export function pinnedContent(snapshot: Snapshot): string {
  const { models, phases, judges, reserves, otherPhases, ...rest } = pinnedSnapshotCodec.encode(
    snapshot,
  ) as Encoded;
  return canonicalJson({
    ...rest,
    models: sorted(models, (row) => [row.id]),
    phases: sorted(phases, (row) => [row.courseId, row.phase, row.language, row.contextTier]),
    judges: sorted(judges, (row) => [row.language, row.role]),
    reserves: sorted(reserves, (row) => [row.language]),
    otherPhases: sorted(otherPhases, (phase) => [phase]),
  });
}

/** SHA-256, in hexadecimal. */
export const contentHash = (content: string): string => createHash('sha256').update(content).digest('hex');

/** What `pinnedContent` wrote. */
export const parseContent = (content: string): Snapshot =>
  pinnedSnapshotCodec.decode(JSON.parse(content), pinnedSnapshotCodec.schema);

function sorted<R>(rows: readonly R[], keyOf: (row: R) => (string | null)[]): R[] {
  return rows
    .map((row) => ({ row, key: JSON.stringify(keyOf(row)) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ row }) => row);
}
