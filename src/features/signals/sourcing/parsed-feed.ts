import type { Article } from './article.js';

/** Plain data: it comes from another thread. */
export interface ParsedFeed {
  /** By their ids, in the order of the feed. */
  readonly articles: ReadonlyMap<string, Article>;
  /** Entries without an identity, and those beyond the most. */
  readonly skipped: number;
}
