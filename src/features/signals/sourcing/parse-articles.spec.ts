import type { FeedArticle } from '../../../testing/feed-article.js';
import { renderFeed } from '../../../testing/render-feed.js';
import { parseArticles } from './parse-articles.mjs';

const article = (nth: number, over: Partial<FeedArticle> = {}): FeedArticle => ({
  id: `id-${nth}`,
  title: `Title & <${nth}>`,
  url: `https://news.example/${nth}?utm_source=feed`,
  publishedAt: '2026-01-01T10:00:00.000Z',
  body: `<p>Body of ${nth}</p>`,
  ...over,
});

const values = (text: string) => [...(parseArticles(text)?.articles.values() ?? [])];
const rss = (items: string, before = '', after = '') =>
  `${before}<rss version="2.0"><channel><title>t</title>${items}</channel></rss>${after}`;

describe('the articles of a feed (SI-2)', () => {
  it.each(['rss', 'atom'] as const)('are those that %s names (SI-2)', (format) => {
    const [first, second] = values(renderFeed('sports', [article(1), article(2)], format));
    expect(first).toEqual({
      cluster_id: null,
      canonical_url: 'https://news.example/1',
      title: 'Title & <1>',
      published_at: '2026-01-01T10:00:00.000Z',
      body: '<p>Body of 1</p>',
      evidence_urls: ['https://news.example/1'],
    });
    expect(second).toMatchObject({ title: 'Title & <2>' });
  });

  it('have null for what their feed does not say (SI-2)', () => {
    expect(values(rss('<item><guid>a</guid></item>'))).toEqual([
      {
        cluster_id: null,
        canonical_url: null,
        title: null,
        published_at: null,
        body: null,
        evidence_urls: [],
      },
    ]);
    expect(values(rss('<item><title>a</title><pubDate>yesterday</pubDate></item>'))).toMatchObject([
      { title: 'a', published_at: null },
    ]);
  });

  it('are known by their guid, their address, or else their title, and by nothing else that changes (SI-2)', () => {
    const ids = (items: string) => [...(parseArticles(rss(items))?.articles.keys() ?? [])];
    const [one] = ids('<item><guid>a</guid><title>x</title></item>');
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(ids('<item><guid>a</guid><title>edited</title></item>')).toEqual([one]);
    expect(ids('<item><link>https://a.example/</link></item><item><title>b</title></item>')).toHaveLength(2);
  });

  it('have the address of a guid that is a permalink where there is no link (SI-2)', () => {
    const page = 'https://a.example/1';
    const urls = (items: string) => values(rss(items)).map(({ canonical_url: url }) => url);
    expect(urls(`<item><guid>${page}?utm_source=x</guid></item>`)).toEqual([page]);
    expect(urls(`<item><guid isPermaLink="true">${page}</guid></item>`)).toEqual([page]);
    expect(urls(`<item><guid>${page}</guid><link>https://b.example/</link></item>`)).toEqual([
      'https://b.example/',
    ]);
    expect(
      urls(`<item><guid isPermaLink="false">${page}</guid></item><item><guid>no address</guid></item>`),
    ).toEqual([null, null]);
  });

  it('are one where an identity comes twice, and none where there is no identity (SI-2)', () => {
    const parsed = parseArticles(
      rss(
        '<item><guid>a</guid><title>first</title></item><item><guid>a</guid><title>2</title></item><item></item>',
      ),
    );
    expect([...(parsed?.articles.values() ?? [])]).toMatchObject([{ title: 'first' }]);
    expect(parsed?.skipped).toBe(1);
  });

  it('are the first thousand (SI-2)', () => {
    const many = Array.from({ length: 1_005 }, (_, nth) => article(nth));
    const parsed = parseArticles(renderFeed('sports', many, 'rss'));
    expect([parsed?.articles.size, parsed?.skipped]).toEqual([1_000, 5]);
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><body>rss</body></html>'],
    ['JSON', '{"rss":1}'],
    ['another kind of XML', '<?xml version="1.0"?><opml><body/></opml>'],
    ['a feed that is cut short', rss('<item><guid>a</guid></item>').slice(0, -20)],
    ['a feed with entities of its own', rss('', '<!DOCTYPE rss [<!ENTITY a "aaaa">]>')],
    ['XML that only mentions a feed', '<html><rss ></html></rss>'],
  ])('are not read from %s (SI-5)', (_, text) => {
    expect(parseArticles(text)).toBeNull();
  });

  it.each([
    ['what caches write behind it', rss('<item><guid>a</guid></item>', '', '\n<!-- cached </div> -->\n')],
    [
      'a document type',
      rss('<item><guid>a</guid></item>', '<!DOCTYPE rss PUBLIC "-//x" "https://x.example/rss.dtd">'),
    ],
    [
      'a namespace',
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel><item><title>a</title></item></rdf:RDF>',
    ],
  ])('are read from a feed with %s (SI-5)', (_, text) => {
    expect(values(text)).toHaveLength(1);
  });

  it('of 5 MB that are nested beyond measure end in a refusal (SI-5)', () => {
    const depth = 400_000;
    expect(parseArticles(rss('<a>'.repeat(depth) + '</a>'.repeat(depth)))).toBeNull();
  });
});
