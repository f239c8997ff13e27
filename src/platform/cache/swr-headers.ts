import type { Reason, ResolvedPolicy, Source } from '../../core/index.js';

/** What any answer of a reader says of itself. */
export interface Label {
  readonly source: Source;
  readonly reason: Reason;
  readonly isStale: boolean;
  readonly ageMs: number;
  /** Names the version of what was read; it becomes the ETag. */
  readonly snapshotId: string;
}

/** RFC 5861 knows no "no limit": a year says it. */
const longestSeconds = 31_536_000;
const seconds = (ms: number) => Math.min(longestSeconds, Math.floor(ms / 1000));

/** Weak: two answers of one snapshot differ in the age they tell. */
export const etagOf = ({ snapshotId }: Label): string => `W/"${snapshotId}"`;

/** The same for every answer under one policy. A client asks again each time, because an edit must be seen at once. */
export function cacheControl(policy: Pick<ResolvedPolicy, 'revalidateMs' | 'staleMs'>): string {
  const staleIfError = seconds(policy.staleMs);
  return `private, max-age=0, stale-while-revalidate=${seconds(policy.revalidateMs)}, stale-if-error=${staleIfError}`;
}

/** RFC 9211. */
export function cacheStatus(
  label: Pick<Label, 'source' | 'reason' | 'ageMs'>,
  policy: Pick<ResolvedPolicy, 'maxAgeMs'>,
): string {
  const outcome = label.source === 'origin' ? 'fwd=miss; stored' : 'hit';
  return `lastgood; ${outcome}; ttl=${Math.round((policy.maxAgeMs - label.ageMs) / 1000)}; detail=${label.reason}`;
}

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** RFC 9110 §13.1.2, by weak comparison. */
export function etagMatches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}
