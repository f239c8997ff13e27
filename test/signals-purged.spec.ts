import { namespaceScope } from '../src/core/cache/cache-scopes.js';
import { Stream, type LastgoodEvent } from '../src/core/index.js';
import { PurgeSweeper } from '../src/platform/cache/purge-sweeper.js';
import { FakeChangeFeed, FakeLock, VirtualClock } from '../src/testing/index.js';
import { pollOnce } from './support/poll-once.js';
import { ScriptedSource } from './support/scripted-source.js';
import { SignalReplica } from './support/signal-replica.js';
import { SlowTier } from './support/slow-tier.js';
import { signalTypeOf } from './support/signal-type-of.js';

const types = [
  signalTypeOf({ source: { http: 'https://o.example/{game_id}' }, access: 'cold' }, 'pulled'),
  signalTypeOf(
    {
      ttl: '1h',
      key: 'news:{feed}:{article}',
      source: { feeds: { wire: 'https://wire.example/' } },
      observed_at: undefined,
    },
    'news',
  ),
];
const rss = (titles: readonly string[]) =>
  `<rss version="2.0"><channel><title>t</title><link>https://wire.example/</link><description>d</description>${titles
    .map((title) => `<item><guid>${title.slice(0, 1)}</guid><title>${title}</title></item>`)
    .join('')}</channel></rss>`;

describe('signals that are purged while their source is being asked', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let feed: FakeChangeFeed;
  let source: ScriptedSource;
  let replica: SignalReplica;

  const purge = async (type: string) => {
    feed.purge([namespaceScope(`signals-${type}`)]);
    await poll();
  };
  const poll = () => pollOnce(stream, feed, clock);
  /** What is there when the source is asked, and comes a second later. */
  const script = (text: () => string) => {
    source.answersInMs = 0;
    const { ask } = ScriptedSource.prototype;
    source.ask = async (request) => {
      const asked = ask.call(source, request);
      await new Promise<void>((resolve) => void clock.after(1_000, resolve));
      return asked;
    };
    source.text = text;
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    stream = new Stream('cache');
    feed = new FakeChangeFeed();
    source = new ScriptedSource(clock);
    replica = new SignalReplica({ clock, stream, types, client: source });
    feed.change(['another namespace']);
    await poll();
  });

  it('articles that were on their way are gone with the rest of their feed (CO-4, CO-13)', async () => {
    let titles = ['a of before', 'b of before'];
    script(() => rss(titles));
    const { reader } = replica.get('news');
    const listed = replica.service.list('news', 'wire');
    await clock.advance(500);
    await purge('news');
    titles = ['a of now'];
    await clock.advance(500);
    expect([...reader.cache.all()]).toEqual([]);
    await clock.advance(5_000);
    expect((await listed).map(({ value }) => value)).toMatchObject([{ title: 'a of now' }]);
  });

  it('who asks after the purge is not given what was asked for before it (CO-4, CO-13)', async () => {
    let titles = ['a of before'];
    script(() => rss(titles));
    const first = replica.service.list('news', 'wire');
    await clock.advance(1_000);
    const [{ id } = { id: '' }] = await first;
    await clock.advance(3_600_000);
    titles = ['a of then'];
    const second = replica.service.list('news', 'wire');
    await clock.advance(500);
    await purge('news');
    titles = ['a of now'];
    const third = replica.service.get('news', id);
    await clock.advance(5_000);
    await expect(third).resolves.toMatchObject({ value: { title: 'a of now' } });
    await expect(second).resolves.toMatchObject([{ value: { title: 'a of now' } }]);
  });

  it('an article that the feed did not name before the purge is asked for again (CO-13)', async () => {
    let titles = ['a'];
    script(() => rss(titles));
    const first = replica.service.list('news', 'wire');
    await clock.advance(1_000);
    const [{ id } = { id: '' }] = await first;
    await purge('news');
    titles = [];
    const gone = replica.service.get('news', id).catch((error: unknown) => error);
    await clock.advance(1_000);
    expect(await gone).toMatchObject({ code: 'signal-missing' });
    titles = ['a'];
    await purge('news');
    const back = replica.service.get('news', id);
    await clock.advance(1_000);
    await expect(back).resolves.toMatchObject({ value: { title: 'a' } });
  });

  it('a document that was on its way is asked for again (CO-4, CO-13)', async () => {
    let price = 1;
    script(() => JSON.stringify({ at: new Date(clock.wall()).toISOString(), price }));
    const read = replica.service.get('pulled', 'g1');
    await clock.advance(500);
    await purge('pulled');
    price = 2;
    await clock.advance(5_000);
    await expect(read).resolves.toMatchObject({ value: { price: 2 } });
    expect(source.asked).toHaveLength(2);
  });
});

describe('what is pushed right after a flush', () => {
  it('stays where other replicas apply the flush later, and is found by them (CO-13, SI-9)', async () => {
    const clock = new VirtualClock();
    const redis = { tier: new SlowTier(clock, 0), lock: new FakeLock(clock) };
    const feed = new FakeChangeFeed();
    feed.change(['another namespace']);
    const [one, other] = await Promise.all(
      [1, 2].map(async () => {
        const stream = new Stream('cache');
        const replica = new SignalReplica({ clock, stream, types: [signalTypeOf({}, 'pushed')], redis });
        const { mirrors } = replica.get('pushed');
        let tell: (event: LastgoodEvent) => void = () => undefined;
        const registry = { find: () => ({ mirrors, pinnedKey: null }) };
        const events = { subscribe: (fold: typeof tell) => (tell = fold) };
        const sweeper = new PurgeSweeper(registry as never, events as never);
        const poll = async () => {
          await pollOnce(stream, feed, clock);
          const scopes = [namespaceScope('signals-pushed')];
          tell({ type: 'purged', stream: 'cache', scopes, version: feed.asOf.version } as LastgoodEvent);
          await clock.advance(10);
        };
        await poll();
        return { replica, poll, sweeper };
      }),
    );
    const push = (price: number, agoMs: number) =>
      one!.replica.pushes.push(
        'pushed',
        'g1',
        { value: { at: new Date(clock.wall() - agoMs).toISOString(), price } },
        null,
      );
    await push(1, 0);
    await other!.replica.service.get('pushed', 'g1');
    feed.purge([namespaceScope('signals-pushed')]);
    await one!.poll();
    await expect(one!.replica.service.get('pushed', 'g1')).rejects.toMatchObject({ code: 'signal-missing' });
    // Observed before what was flushed.
    await expect(push(2, 5_000)).resolves.toMatchObject({ tiers: { memory: 'stored', redis: 'stored' } });
    await other!.poll();
    await expect(other!.replica.service.get('pushed', 'g1')).resolves.toMatchObject({ value: { price: 2 } });
  });
});
