// @ts-check
// Plain JavaScript because it runs in a thread, see feed-thread.mjs.
import { createHash } from 'node:crypto';
import { parseFeed } from '@rowanmanning/feed-parser';
import { canonicalUrl } from './canonical-url.mjs';

/** Of one feed; those at its top count. */
const mostArticles = 1_000;
const idDigits = 16;
/** Room for what tools write behind a feed. */
const tailLength = 4_096;

/**
 * The articles of an RSS or Atom document; `null` for what is none, and for one that is cut short.
 * @param {string} text
 * @returns {import('./parsed-feed.js').ParsedFeed | null}
 */
export function parseArticles(text) {
  const root = /<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]/i.exec(text);
  // Nobody needs entities of their own in a feed, but for making little text large.
  if (root === null || /<!ENTITY/i.test(text.slice(0, root.index))) return null;
  // The parser reads what stops in the middle as if it were all.
  if (!/<\/(?:[\w-]+:)?(?:rss|feed|rdf)\s*>/i.test(text.slice(-tailLength))) return null;
  return readItems(text);
}

/**
 * @param {string} text
 * @returns {import('./parsed-feed.js').ParsedFeed | null}
 */
function readItems(text) {
  /** @type {Map<string, import('./article.js').Article>} */
  const articles = new Map();
  let skipped = 0;
  try {
    for (const item of parseFeed(text).items) {
      const id = articleId(item.id ?? item.url ?? item.title);
      if (id === null || (articles.size >= mostArticles && !articles.has(id))) skipped++;
      else if (!articles.has(id)) articles.set(id, articleOf(item));
    }
  } catch {
    return null;
  }
  return { articles, skipped };
}

/**
 * @param {ReturnType<typeof parseFeed>['items'][number]} item
 * @returns {import('./article.js').Article}
 */
function articleOf(item) {
  const url = canonicalUrl(item.url ?? permalinkOf(item));
  return {
    cluster_id: null,
    canonical_url: url,
    title: item.title,
    published_at: item.published?.toISOString() ?? null,
    body: item.content ?? item.description,
    evidence_urls: url === null ? [] : [url],
  };
}

/**
 * The guid of RSS, which is an address unless it says that it is none.
 * @param {ReturnType<typeof parseFeed>['items'][number]} item
 */
function permalinkOf(item) {
  const guid = item.element.findElementWithName('guid');
  return guid?.getAttribute('ispermalink')?.toLowerCase() === 'false' ? null : guid && item.id;
}

/** @param {string | null} identity */
const articleId = (identity) =>
  identity === null ? null : createHash('sha256').update(identity).digest('hex').slice(0, idDigits);
