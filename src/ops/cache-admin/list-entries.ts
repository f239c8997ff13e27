import type { Entry, StaleWhileRevalidateCache } from '../../core/index.js';
import type { EntriesQuery } from './cache-admin.schemas.js';

/** Everything known of an entry but its value. */
export interface EntryView {
  readonly key: string;
  readonly ageMs: number | null;
  /** `null` for an absence that is over. */
  readonly reason: string | null;
  readonly isStale: boolean;
  readonly absent: boolean;
  readonly message: string | null;
  readonly maxAgeMs: number;
  readonly version: number | null;
  readonly scopes: readonly string[];
}

export interface EntryPage {
  readonly entries: EntryView[];
  /** The `after` of the next page; `null` on the last one. */
  readonly next: string | null;
  /** Entries with this prefix, on all pages. */
  readonly total: number;
}

/** The entries in memory whose keys begin with a prefix, in the order of the keys. */
export function listEntries<T>(
  cache: StaleWhileRevalidateCache<T>,
  { prefix, limit, after }: EntriesQuery,
): EntryPage {
  const matching = [...cache.all()]
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const rest = after === undefined ? matching : matching.filter(({ key }) => key > after);
  const page = rest.slice(0, limit);
  const next = rest.length > limit ? page.at(-1)!.key : null;
  return { entries: page.map((entry) => viewOf(cache, entry)), next, total: matching.length };
}

export function viewOf<T>(cache: StaleWhileRevalidateCache<T>, entry: Entry<T>): EntryView {
  const read = cache.describe(entry);
  return {
    key: entry.key,
    ageMs: read && Math.round(read.age),
    reason: read?.reason ?? null,
    isStale: read?.isStale ?? true,
    absent: entry.absent,
    message: entry.message,
    maxAgeMs: entry.maxAgeMs,
    version: entry.asOf?.version ?? null,
    scopes: entry.scopes,
  };
}
