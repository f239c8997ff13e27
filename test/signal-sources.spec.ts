import type { FeedArticle } from '../src/testing/index.js';
import { SourceDesk, signalType } from './support/signal-sources.js';
import { SourceRig } from './support/source-rig.js';

const feedCount = 52;
const articleCount = 250;
const hourMs = 3_600_000;

const article = (nth: number, title = `Title ${nth}`): FeedArticle => ({
  id: `tag:news.example,2026:${nth}`,
  title,
  url: `https://news.example/${nth}?utm_source=rss`,
  publishedAt: '2026-01-01T10:00:00.000Z',
  body: `<p>Body of ${nth}</p>`,
});

describe('250 articles of 52 feeds (SI-5)', () => {
  const names = Array.from({ length: feedCount }, (_, nth) => `feed-${nth}`);
  const articlesOf = (nth: number) =>
    Array.from({ length: articleCount }, (_, at) => at)
      .filter((at) => at % feedCount === nth)
      .map((at) => article(at));
  let rig: SourceRig;
  let news: SourceDesk;

  beforeEach(async () => {
    rig = await SourceRig.start();
    for (const [nth, name] of names.entries())
      rig.upstream.setFeed(name, articlesOf(nth), nth % 2 === 0 ? 'rss' : 'atom');
    const feeds = new Map(names.map((name) => [name, rig.upstream.urlOf(name)]));
    news = new SourceDesk(rig, signalType({ kind: 'feed', feeds, headers: {} }));
  });
  afterEach(() => rig.close());

  /** The ids of all articles, of all feeds at once. */
  async function round(): Promise<string[]> {
    const ids = await Promise.all(
      names.map(async (name) => (await news.list(name)).map((id) => `${name}:${id}`)),
    );
    return ids.flat();
  }

  const recordsOf = (ids: readonly string[]) =>
    ids.map((id) => {
      const record = news.record(id);
      if (record === undefined) throw new Error(`${id} is not held`);
      return record;
    });

  it('are fetched once, and confirmed by 304 without a body from then on (SI-5)', async () => {
    rig.upstream.behave({ kind: 'slow', delayMs: 1 });
    const ids = await round();
    const before = recordsOf(ids);
    expect([ids.length, rig.upstream.answered(200)]).toEqual([articleCount, feedCount]);
    expect(news.source.counters).toMatchObject({ bodies: feedCount, notModified: 0, skippedArticles: 0 });

    for (const later of [1, 2]) {
      await rig.clock.advance(hourMs);
      const from = rig.upstream.requests.length;
      expect(await round()).toEqual(ids);
      expect(rig.upstream.requests.length - from).toBe(feedCount);
      expect(rig.upstream.answered(304, from)).toBe(feedCount);
      // None was parsed but in the first round.
      expect(news.source.counters).toMatchObject({
        bodies: feedCount,
        notModified: feedCount * later,
        failed: 0,
      });

      const after = recordsOf(ids);
      expect(after.every(({ value }, nth) => value === before[nth]?.value)).toBe(true);
      const observed = new Set(after.map(({ observed_at: at }) => at));
      expect([...observed]).toEqual([new Date(rig.clock.wall()).toISOString()]);
      expect(after.every(({ http }) => http?.observedAt === rig.clock.wall())).toBe(true);
      expect(after.every(({ etag, last_modified: at }) => etag !== null && at !== null)).toBe(true);
    }
    expect(rig.upstream.mostAtOnce).toBe(2);
    expect(rig.upstream.connections).toBeLessThanOrEqual(2);
  });

  it('come from one feed where one has changed, and only what has changed is another value (SI-5)', async () => {
    const ids = await round();
    const before = new Map(ids.map((id) => [id, news.record(id)?.value]));
    const [first, second, ...others] = articlesOf(7);
    if (first === undefined || second === undefined) throw new Error('the feed has two articles at least');
    rig.upstream.setFeed('feed-7', [article(900), { ...first, title: 'edited' }, second, ...others], 'atom');
    await rig.clock.advance(hourMs);
    const from = rig.upstream.requests.length;
    const after = await round();
    expect([rig.upstream.answered(200, from), rig.upstream.answered(304, from)]).toEqual([1, feedCount - 1]);
    const changed = after.filter((id) => news.record(id)?.value !== before.get(id));
    expect(recordsOf(changed).map(({ value }) => (value as { title: string }).title)).toEqual([
      'Title 900',
      'edited',
    ]);
    expect(after).toHaveLength(articleCount + 1);
  });

  it('come from the others where one feed fails (SI-5)', async () => {
    const ids = await round();
    await rig.clock.advance(hourMs);
    rig.upstream.behave({ kind: 'status', status: 500 }, { path: '/feeds/feed-3' });
    rig.upstream.behave('garbage', { path: '/feeds/feed-4' });
    rig.upstream.setFeed('feed-4', []);
    const listed = await Promise.allSettled(names.map((name) => news.list(name)));
    expect(listed.filter(({ status }) => status === 'fulfilled')).toHaveLength(feedCount - 2);
    const now = new Date(rig.clock.wall()).toISOString();
    for (const [nth, record] of recordsOf(ids).entries()) {
      const isOfFailed = /^feed-[34]:/.test(ids[nth] ?? '');
      expect(record.observed_at === now).toBe(!isOfFailed);
    }
  });
});
