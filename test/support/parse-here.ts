import type { FeedParser } from '../../src/features/signals/sourcing/feed-parser.service.js';
import { parseArticles } from '../../src/features/signals/sourcing/parse-articles.mjs';

/** Reads feeds in this thread: another one knows nothing of virtual time. */
export const parseHere: FeedParser['parse'] = async (text) =>
  parseArticles(text) ?? 'is no whole RSS or Atom document';
