import type { FeedArticle } from './feed-article.js';

export type FeedFormat = 'rss' | 'atom';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);

/** The XML of a feed. */
export function renderFeed(name: string, articles: readonly FeedArticle[], format: FeedFormat): string {
  const head = '<?xml version="1.0" encoding="utf-8"?>\n';
  return format === 'rss' ? head + renderRss(name, articles) : head + renderAtom(name, articles);
}

function renderRss(name: string, articles: readonly FeedArticle[]): string {
  const items = articles.map(
    ({ id, title, url, publishedAt, body }) =>
      `<item><guid isPermaLink="false">${escape(id)}</guid><title>${escape(title)}</title>` +
      `<link>${escape(url)}</link><pubDate>${new Date(publishedAt).toUTCString()}</pubDate>` +
      `<description>${escape(body)}</description></item>`,
  );
  return `<rss version="2.0"><channel><title>${escape(name)}</title><link>https://news.example/</link>${items.join('\n')}</channel></rss>`;
}

function renderAtom(name: string, articles: readonly FeedArticle[]): string {
  const entries = articles.map(
    ({ id, title, url, publishedAt, body }) =>
      `<entry><id>${escape(id)}</id><title>${escape(title)}</title><link href="${escape(url)}"/>` +
      `<published>${publishedAt}</published><content type="html">${escape(body)}</content></entry>`,
  );
  return `<feed xmlns="http://www.w3.org/2005/Atom"><title>${escape(name)}</title>${entries.join('\n')}</feed>`;
}
