import type { Policy } from '../../core/index.js';
import type { CatalogSettings } from '../../platform/config/index.js';
import type { ViewKind } from './views/catalog-keys.js';

export const catalogNamespace = 'catalog';
/** The stream that webhooks are counted in. */
export const catalogStream = 'catalog';

/** Injects the `Reader<CatalogView>`, keyed by `catalogKeys`. */
export const CATALOG_READER = Symbol('CATALOG_READER');

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** An outage of the content service must not be ours: stale for a day, labelled (CT-7). */
export function catalogPolicy({ maxAge }: Pick<CatalogSettings, 'maxAge'>): Policy {
  return {
    // Of a view, as long as its kind says (`maxAgeOf`).
    maxAgeMs: maxAge.bookMs,
    staleWhileRevalidateMs: minuteMs,
    staleIfErrorMs: dayMs,
    softTimeoutMs: 250,
    hardTimeoutMs: 2_000,
    negativeMaxAgeMs: minuteMs,
    jitter: 0.1,
    invalidatedMaxStaleMs: dayMs,
  };
}

/** Of one view as it is stored: a list of all that there is is the last known good as much as one book is. */
export const mostViewBytes = 8_000_000;
/** No view is asked for more often than that because of events, in all processes together (CT-5). */
export const refreshIntervalMs = 1_000;
/** A replica of the content service may lag its own webhook: what was read within these (ms) is read again (CT-6). */
export const lookAgainAfterMs = [2_000, 10_000] as const;

export function maxAgeOf(kind: ViewKind, { maxAge }: Pick<CatalogSettings, 'maxAge'>): number {
  if (kind === 'logo') return maxAge.logoMs;
  if (kind === 'book-config') return maxAge.configMs;
  return kind === 'publishers' || kind === 'publisher' ? maxAge.publisherMs : maxAge.bookMs;
}
