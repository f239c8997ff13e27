import { renderFeed } from '../../../testing/render-feed.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { FeedParser } from './feed-parser.service.js';

const never = new AbortController().signal;
const feed = renderFeed(
  'sports',
  [{ id: 'a', title: 'A', url: 'https://a.example/', publishedAt: '2026-01-01T10:00:00.000Z', body: 'b' }],
  'rss',
);
/** Each element looks through all declarations above it: minutes. */
const hostile = `<rss ${Array.from({ length: 20_000 }, (_, n) => `xmlns:a${n}="b"`).join(' ')}><channel>${'<item><title>x</title></item>'.repeat(5_000)}</channel></rss>`;

describe('feeds are read in a thread of their own (SI-5)', () => {
  it('and what they hold comes back as it is (SI-5)', async () => {
    const parser = new FeedParser(new VirtualClock());
    const [one, other] = await Promise.all([parser.parse(feed, never), parser.parse('no feed', never)]);
    expect(one).toMatchObject({ skipped: 0 });
    expect(typeof one === 'string' ? one : [...one.articles.values()]).toMatchObject([
      { title: 'A', body: 'b' },
    ]);
    expect(other).toBe('is no whole RSS or Atom document');
    await parser.onApplicationShutdown();
  });

  it('so that a hostile one is given up, holds up nobody and is no harm to the next one (SI-5)', async () => {
    const clock = new VirtualClock();
    const parser = new FeedParser(clock);
    const refused = parser.parse(hostile, never);
    const next = parser.parse(feed, never);
    await clock.advance(5_000);
    expect(await refused).toBe('takes longer than 5000 ms to be read');
    expect(await next).toMatchObject({ skipped: 0 });
    await parser.onApplicationShutdown();
  });

  it('and not at all once nobody waits for it (SI-5)', async () => {
    const clock = new VirtualClock();
    const parser = new FeedParser(clock);
    const left = new AbortController();
    const first = parser.parse(hostile, never);
    const second = parser.parse(hostile, left.signal);
    left.abort(new Error('gone'));
    await clock.advance(5_000);
    await first;
    await expect(second).rejects.toThrow('gone');
    await parser.onApplicationShutdown();
  });

  it('and one that is being read as the process ends has an end too (SI-5)', async () => {
    const parser = new FeedParser(new VirtualClock());
    const reading = parser.parse(hostile, never);
    await Promise.resolve();
    await parser.onApplicationShutdown();
    expect(await reading).toBe('cannot be read');
  });
});
