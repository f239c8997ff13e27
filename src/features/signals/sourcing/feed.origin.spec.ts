import { SourceDesk, signalType } from '../../../../test/support/signal-sources.js';
import { SourceRig } from '../../../../test/support/source-rig.js';
import type { FeedArticle } from '../../../testing/feed-article.js';
import type { SignalType } from '../types/signal-type.js';

const article = (nth: number, title = `Title ${nth}`): FeedArticle => ({
  id: `id-${nth}`,
  title,
  url: `https://news.example/${nth}`,
  publishedAt: '2026-01-01T10:00:00.000Z',
  body: `Body of ${nth}`,
});

describe('the articles of feeds (SI-5)', () => {
  let rig: SourceRig;
  beforeEach(async () => {
    rig = await SourceRig.start();
    rig.upstream.setFeed(
      'a',
      [1, 2, 3].map((nth) => article(nth)),
    );
    rig.upstream.setFeed('b', [article(4)], 'atom');
  });
  afterEach(() => rig.close());

  const desk = (over: Partial<SignalType> = {}) => {
    const feeds = new Map(['a', 'b'].map((name) => [name, rig.upstream.urlOf(name)]));
    return new SourceDesk(rig, signalType({ kind: 'feed', feeds, headers: { 'x-key': 'k' } }, over));
  };

  const titles = (news: SourceDesk, ids: readonly string[], feed = 'a') =>
    ids.map((id) => (news.record(`${feed}:${id}`)?.value as { title: string } | undefined)?.title);

  it('come all by one request, whichever is asked for (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    expect(titles(news, ids)).toEqual(['Title 1', 'Title 2', 'Title 3']);
    expect(news.kept).toEqual(ids.map((id) => `news:a:${id}`));
    expect(rig.upstream.requests).toMatchObject([{ path: '/feeds/a', headers: { 'x-key': 'k' } }]);
    expect(news.record(`a:${ids[0]}`)).toMatchObject({
      ttl_ms: 3_600_000,
      observed_at: '2026-01-01T12:00:00.000Z',
    });
  });

  it('are kept by and by, so that tiers and everybody else are heard meanwhile (SI-6)', async () => {
    rig.upstream.setFeed(
      'a',
      Array.from({ length: 100 }, (_, nth) => article(nth)),
    );
    const news = desk();
    const kept: number[] = [];
    let isOver = false;
    const watch = () => {
      kept.push(news.kept.length);
      if (!isOver) setImmediate(watch);
    };
    watch();
    await news.list('a');
    isOver = true;
    expect(news.kept).toHaveLength(100);
    expect(Math.max(...kept.map((count, turn) => count - (kept[turn - 1] ?? 0)))).toBeLessThanOrEqual(25);
  });

  it('are asked for once by all who want one at the same time (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    await rig.clock.advance(3_600_000);
    const records = await Promise.all(ids.map((id) => news.load(`a:${id}`)));
    expect(records.map((record) => record?.observed_at)).toEqual(ids.map(() => '2026-01-01T13:00:00.000Z'));
    expect(rig.upstream.requests.map(({ status }) => status)).toEqual([200, 304]);
  });

  it('are listed without a request while all of them are inside their limit (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    await rig.clock.advance(3_599_000);
    expect(await news.list('a')).toEqual(ids);
    expect(rig.upstream.requests).toHaveLength(1);
    await rig.clock.advance(1_000);
    expect(await news.list('a')).toEqual(ids);
    expect(rig.upstream.requests).toHaveLength(2);
  });

  it('are all confirmed by a 304, which parses nothing (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    const before = ids.map((id) => news.record(`a:${id}`)?.value);
    await rig.clock.advance(3_600_000);
    await news.load(`a:${ids[1]}`);
    expect(ids.map((id) => news.record(`a:${id}`)?.value)).toEqual(before);
    expect(ids.every((id, nth) => news.record(`a:${id}`)?.value === before[nth])).toBe(true);
    expect(ids.map((id) => news.record(`a:${id}`)?.observed_at)).toEqual(
      ids.map(() => '2026-01-01T13:00:00.000Z'),
    );
    expect(news.source.counters).toMatchObject({ bodies: 1, notModified: 1 });
  });

  it('are asked for whole where one of them is not held any more (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    news.cache.delete(`news:a:${ids[2]}`);
    expect(await news.load(`a:${ids[2]}`)).toMatchObject({ value: { title: 'Title 3' } });
    expect(rig.upstream.requests.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('are asked for whole where one of them is held as another answer had it (SI-5)', async () => {
    const news = desk();
    const ids = await news.list('a');
    await rig.clock.advance(1_000);
    const first = news.record(`a:${ids[0]}`);
    if (first?.http === null || first === undefined) throw new Error('nothing is held');
    news.keep(`news:a:${ids[0]}`, { ...first, http: { ...first.http, etag: '"another"' } });
    await news.load(`a:${ids[1]}`);
    expect(rig.upstream.requests.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('change where their feed has, and are the same where it has not (SI-5)', async () => {
    const news = desk();
    const [first = '', second = '', third = ''] = await news.list('a');
    const before = new Map([first, second, third].map((id) => [id, news.record(`a:${id}`)?.value]));
    rig.upstream.setFeed('a', [article(5), article(1), article(2, 'edited')]);
    await rig.clock.advance(3_600_000);
    const ids = await news.list('a');
    expect(titles(news, ids)).toEqual(['Title 5', 'Title 1', 'edited']);
    expect(ids.slice(1)).toEqual([first, second]);
    expect(news.record(`a:${first}`)?.value).toBe(before.get(first));
    expect(news.record(`a:${second}`)?.value).not.toBe(before.get(second));
    expect(await news.load(`a:${third}`)).toBeNull();
    expect(rig.upstream.requests).toHaveLength(2);
  });

  it('are none where the feed does not name them, or there is no such feed (SI-4)', async () => {
    const news = desk();
    expect(await news.load('a:0123456789abcdef')).toBeNull();
    expect(await news.load('nobody:0123456789abcdef')).toBeNull();
    expect(await news.list('nobody')).toEqual([]);
  });

  it('are not asked for one by one where there is none of them (SI-5)', async () => {
    const news = desk();
    for (const nth of [1, 2, 3]) expect(await news.load(`a:${nth}`)).toBeNull();
    expect(rig.upstream.requests).toHaveLength(1);
    rig.upstream.setFeed('a', []);
    await rig.clock.advance(1_000);
    expect(await news.load('a:4')).toBeNull();
    expect(rig.upstream.requests).toHaveLength(2);
  });

  it('may be none at all, which is confirmed as well (SI-5)', async () => {
    const news = desk();
    rig.upstream.setFeed('a', []);
    expect(await news.list('a')).toEqual([]);
    expect(await news.list('a')).toEqual([]);
    expect(rig.upstream.requests).toHaveLength(1);
    await rig.clock.advance(3_600_000);
    expect(await news.list('a')).toEqual([]);
    expect(rig.upstream.requests.map(({ status }) => status)).toEqual([200, 304]);
  });

  it('are left out where they are not in order, and counted (SI-2)', async () => {
    const news = desk({
      check: (value) => ((value as { title: string }).title === 'Title 2' ? ['/title must be another'] : []),
    });
    rig.upstream.setFeed('a', [article(1), article(2), { ...article(3), body: 'x'.repeat(70_000) }]);
    expect(titles(news, await news.list('a'))).toEqual(['Title 1']);
    expect(news.source.counters).toMatchObject({ bodies: 1, skippedArticles: 2 });
  });

  it('are left out where they do not tell when they were observed, though their type says so (SI-3)', async () => {
    const news = desk({ observedAt: '/nowhere' });
    expect(await news.list('a')).toEqual([]);
    expect(news.source.counters).toMatchObject({ skippedArticles: 3 });
  });

  it.each(['garbage', 'html', 'cut'] as const)(
    'are refused where the feed is %s, and what is held stays (SI-5)',
    async (mode) => {
      const news = desk();
      const ids = await news.list('a');
      await rig.clock.advance(3_600_000);
      rig.upstream.setFeed('a', [article(9)]);
      rig.upstream.behave(mode, { path: '/feeds/a' });
      await expect(news.load(`a:${ids[0]}`)).rejects.toMatchObject({
        code: 'signal-source-failed',
        message: 'Signal news "a": its answer is no whole RSS or Atom document',
      });
      expect(titles(news, ids)).toEqual(['Title 1', 'Title 2', 'Title 3']);
      expect(titles(news, await news.list('b'), 'b')).toEqual(['Title 4']);
    },
  );

  it('are refused where the feed is gone: that says nothing of an article (SI-4)', async () => {
    rig.upstream.remove('/feeds/a');
    await expect(desk().load('a:0123456789abcdef')).rejects.toThrow('there is no such feed (404 or 410)');
  });

  it('are asked for until the last who waits has left (SI-5)', async () => {
    const news = desk();
    rig.upstream.behave('hang');
    const [one, other] = [new AbortController(), new AbortController()];
    const first = news.load('a:0123456789abcdef', one.signal);
    const second = news.load('a:0123456789abcdef', other.signal);
    await rig.upstream.received(1);
    one.abort(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    expect(rig.upstream.underWay).toBe(1);
    other.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
  });
});
