import { Chaos } from '../../testing/chaos.js';
import { ChaosOrigin } from '../../testing/chaos-origin.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { LastgoodEvent } from '../events.js';
import type { LoadRequest } from '../load/origin.js';
import { Reader } from '../load/reader.js';
import type { Policy } from '../policy/policy.js';
import { PinnedKey } from './pinned.js';
import { Stream } from './stream.js';
import { StreamFollower } from './stream-follower.js';

const policy: Policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

/** Answers with what the feed's database holds at that moment. */
class Rows extends FakeOrigin<string> {
  constructor(private readonly feed: FakeChangeFeed) {
    super('');
  }

  override load(key: string, request: LoadRequest<string>) {
    const { asOf } = this.feed;
    this.answer({ value: `${asOf.changeId} of ${asOf.epoch}`, asOf, scopes: ['a'] });
    return super.load(key, request);
  }
}

/** One replica: a pinned key, and another that is loaded when it is read. */
class Replica {
  readonly stream = new Stream('config');
  readonly events: LastgoodEvent[] = [];
  readonly chaos: Chaos;
  readonly rows: Rows;
  readonly reader: Reader<string>;
  readonly follower: StreamFollower;

  constructor(clock: VirtualClock, feed: FakeChangeFeed) {
    this.chaos = new Chaos(clock);
    this.rows = new Rows(feed);
    const shared = { clock, report: (event: LastgoodEvent) => this.events.push(event), random: () => 0.5 };
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream: this.stream });
    const origin = new ChaosOrigin(this.rows, this.chaos);
    this.reader = new Reader({ ...shared, namespace: 'model-config', origin, cache });
    this.follower = new StreamFollower({ ...shared, feed, stream: this.stream, listen: true });
    this.follower.pin(new PinnedKey(this.reader, 'pinned', clock));
  }

  label(key = 'pinned'): string {
    const { data, isStale } = this.reader.cache.get(key)!;
    return `${data} ${isStale ? 'stale' : 'fresh'}`;
  }

  told(...types: LastgoodEvent['type'][]): LastgoodEvent[] {
    return this.events.filter(({ type }) => types.includes(type));
  }
}

describe('StreamFollower, when a lineage is lost (CO-10)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let replica: Replica;

  /** Ends just before the next poll. */
  const beforePoll = () => clock.advance(999);

  beforeEach(async () => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    for (let i = 0; i < 10; i++) feed.change(['a']);
    replica = new Replica(clock, feed);
    replica.follower.start();
    await clock.advance(0);
    await replica.reader.refresh('lazy');
    await beforePoll();
  });

  afterEach(async () => {
    feed.fail(null);
    replica.chaos.alwaysPass();
    const stopped = replica.follower.stop();
    // A refresh that failed is tried again for half a minute.
    await clock.advance(30_000);
    await stopped;
    expect(clock.pending).toBe(0);
  });

  const losses: [string, () => void, string, string][] = [
    ['the database is restored to an older state', () => feed.restoreTo(9), 'went-back', 'c9 of e1+'],
    [
      'a fail-over loses the last change and another one takes its number',
      () => {
        feed.restoreTo(9);
        feed.change(['b'], 'x');
      },
      'other-change',
      'x10 of e1+',
    ],
    [
      'a restore is overtaken by new changes before anybody polls',
      () => {
        feed.restoreTo(5);
        for (let i = 0; i < 9; i++) feed.change(['b'], 'x');
      },
      'other-change',
      'x14 of e1+',
    ],
  ];

  describe.each(losses)('%s', (_, lose, gap, truth) => {
    it('makes every held value stale at once, and loads the truth under a raised epoch', async () => {
      replica.chaos.alwaysDelay(300);
      lose();
      await clock.advance(1);
      expect([replica.label(), replica.label('lazy')]).toEqual(['c10 of e1 stale', 'c10 of e1 stale']);
      expect(replica.told('lineage-lost')).toEqual([{ type: 'lineage-lost', stream: 'config', gap }]);
      await clock.advance(500);
      expect(replica.label()).toBe(`${truth} fresh`);
      expect(replica.label('lazy')).toBe('c10 of e1 stale');
      await replica.reader.get('lazy');
      await clock.advance(700);
      expect(replica.label('lazy')).toBe('c10 of e1 stale');
      await replica.reader.get('lazy');
      await clock.advance(300);
      expect(replica.label('lazy')).toBe(`${truth} fresh`);
    });

    it('drops nothing: while the truth cannot be loaded, the last good value is served, labelled', async () => {
      replica.chaos.alwaysThrow(new Error('refused'));
      lose();
      for (let i = 0; i < 60; i++) {
        await clock.advance(1_000);
        expect(await replica.reader.get('pinned')).toMatchObject({ data: 'c10 of e1', isStale: true });
      }
    });

    it('is never healed by believing the lost epoch again, however long raising it fails', async () => {
      jest.spyOn(feed, 'raiseEpoch').mockRejectedValue(new Error('read-only'));
      lose();
      await clock.advance(1);
      const { polls } = feed;
      for (let i = 0; i < 30; i++) {
        await clock.advance(1_000);
        expect(replica.label()).toBe('c10 of e1 stale');
      }
      expect(replica.told('lineage-lost')).toHaveLength(1);
      expect(replica.told('history-adopted')).toHaveLength(1);
      expect(feed.polls - polls).toBeLessThanOrEqual(31);
      jest.mocked(feed.raiseEpoch).mockRestore();
      await clock.advance(2_000);
      expect(replica.label()).toBe(`${truth} fresh`);
    });

    it('is seen by every replica, and costs one new epoch', async () => {
      const others = Array.from({ length: 5 }, () => new Replica(clock, feed));
      for (const other of others) other.follower.start();
      await clock.advance(0);
      lose();
      await clock.advance(1_100);
      for (const each of [replica, ...others]) expect(each.label()).toBe(`${truth} fresh`);
      expect(feed.epoch).toBe('e1+');
      await Promise.all(others.map(({ follower }) => follower.stop()));
    });
  });

  it('takes a new epoch for another history, whoever raised it', async () => {
    feed.epoch = 'e2';
    await clock.advance(1);
    expect(replica.told('history-adopted').at(-1)).toMatchObject({ gap: 'other-epoch' });
    expect(replica.label()).toBe('c10 of e2 fresh');
    expect(replica.label('lazy')).toBe('c10 of e1 stale');
    expect(feed.epoch).toBe('e2');
  });

  it('takes a log trimmed past what it applied for a gap: what it holds may have been purged (CO-13)', async () => {
    feed.fail(new Error('away'));
    await clock.advance(3_600_000);
    for (let i = 0; i < 3; i++) feed.change(['b']);
    feed.trim(12);
    replica.chaos.alwaysDelay(300);
    feed.fail(null);
    await clock.advance(1);
    expect(['pinned', 'lazy'].map((key) => replica.reader.cache.peek(key))).toEqual([null, null]);
    expect(replica.told('history-adopted').at(-1)).toMatchObject({ gap: 'trimmed' });
    await clock.advance(300);
    expect(replica.label()).toBe('c13 of e1 fresh');
  });

  it('does not tell the load what changed: against another history that is not known', async () => {
    feed.restoreTo(9);
    feed.change(['b'], 'x');
    await clock.advance(100);
    expect(replica.label()).toBe('x10 of e1+ fresh');
    expect(replica.rows.requests.at(-1)!.request.changedScopes).toBeUndefined();
  });

  it('notices the loss of a change that a load had seen, though no poll ever did', async () => {
    feed.change(['a'], 'lost');
    await replica.reader.refresh('lazy');
    expect(replica.label('lazy')).toBe('lost11 of e1 fresh');
    feed.restoreTo(10);
    await clock.advance(1);
    expect(replica.label('lazy')).toBe('lost11 of e1 stale');
    await clock.advance(100);
    expect(replica.label()).toBe('c10 of e1+ fresh');
  });

  it('notices it too where another change has taken its number since', async () => {
    feed.change(['a'], 'lost');
    await replica.reader.refresh('lazy');
    feed.restoreTo(10);
    feed.change(['b'], 'x');
    feed.change(['b'], 'x');
    await clock.advance(1);
    expect(replica.label('lazy')).toBe('lost11 of e1 stale');
  });

  it('knows a value of a lost change though a later load was ahead of the polls as well', async () => {
    feed.change(['a'], 'lost');
    await replica.reader.refresh('lazy');
    feed.restoreTo(10);
    feed.change(['a'], 'x');
    feed.change(['b'], 'x');
    await replica.reader.refresh('later');
    await clock.advance(1);
    expect(replica.label('later')).toBe('x12 of e1 fresh');
    expect(replica.label('lazy')).toBe('lost11 of e1 stale');
  });

  it('notices the loss of a change that a load had seen in an epoch that no poll had told of', async () => {
    feed.epoch = 'e2';
    feed.change(['a'], 'lost');
    await replica.reader.refresh('lazy');
    feed.restoreTo(10);
    await clock.advance(100);
    expect(replica.label()).toBe('c10 of e2+ fresh');
    await replica.reader.get('lazy');
    await clock.advance(2_000);
    await replica.reader.get('lazy');
    await clock.advance(0);
    expect(replica.label('lazy')).toBe('c10 of e2+ fresh');
  });

  it('does not take a load that was ahead of a slow poll for a loss', async () => {
    const poll = feed.poll.bind(feed);
    jest.spyOn(feed, 'poll').mockImplementationOnce(async (after) => {
      const reply = await poll(after);
      await new Promise<void>((resolve) => clock.after(100, resolve));
      return reply;
    });
    await clock.advance(1);
    feed.change(['a']);
    await replica.reader.refresh('lazy');
    await clock.advance(1_200);
    expect(replica.told('lineage-lost')).toEqual([]);
    expect(replica.label('lazy')).toBe('c11 of e1 fresh');
  });

  it('does not believe an epoch that it left when a restore brings it back', async () => {
    feed.change(['a'], 'lost');
    await replica.reader.refresh('lazy');
    feed.restoreTo(10);
    await clock.advance(100);
    await replica.reader.refresh('other');
    expect(feed.epoch).toBe('e1+');
    feed.epoch = 'e1';
    feed.change(['b'], 'x');
    feed.change(['b'], 'x');
    await clock.advance(1_100);
    expect(replica.label('lazy')).toBe('lost11 of e1 stale');
    // e1+, the name the fake gives first, was left as well.
    expect(feed.epoch).toBe('e1++');
  });
});
