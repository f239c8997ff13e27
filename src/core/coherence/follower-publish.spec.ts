import { Chaos } from '../../testing/chaos.js';
import { ChaosChangeFeed } from '../../testing/chaos-change-feed.js';
import { ChaosOrigin } from '../../testing/chaos-origin.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { LastgoodEvent } from '../events.js';
import type { LoadRequest } from '../load/origin.js';
import { Reader } from '../load/reader.js';
import type { Policy } from '../policy/policy.js';
import type { AsOf } from './as-of.js';
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

/** Answers with what the feed's database holds at that moment, or once with what it held before. */
class Rows extends FakeOrigin<string> {
  old: AsOf | null = null;

  constructor(private readonly feed: FakeChangeFeed) {
    super('');
  }

  override load(key: string, request: LoadRequest<string>) {
    const asOf = this.old ?? this.feed.asOf;
    this.old = null;
    this.answer({ value: `v${asOf.version}`, asOf, scopes: ['a', 'b'] });
    return super.load(key, request);
  }
}

describe('StreamFollower, publishing to a pinned value (CO-9)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let chaos: Chaos;
  let unsteady: ChaosChangeFeed;
  let rows: Rows;
  let stream: Stream;
  let reader: Reader<string>;
  let events: LastgoodEvent[];
  let follower: StreamFollower;

  const publish = (...scopes: string[]) => {
    feed.change(scopes);
    feed.notify();
  };
  const read = () => {
    const { data, isStale, reason } = reader.peek('key')!;
    return `${data} ${isStale ? 'stale' : 'fresh'} ${reason}`;
  };
  /** Every different answer within `ms`, reading once a millisecond. */
  const answersWithin = async (ms: number) => {
    const answers = [read()];
    for (let i = 0; i < ms; i++) {
      await clock.advance(1);
      if (read() !== answers.at(-1)) answers.push(read());
    }
    return answers;
  };
  const hints = () => rows.requests.map(({ request }) => request.changedScopes);

  beforeEach(async () => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    chaos = new Chaos(clock);
    unsteady = new ChaosChangeFeed(feed, new Chaos(clock));
    rows = new Rows(feed);
    stream = new Stream('config');
    events = [];
    const report = (event: LastgoodEvent) => events.push(event);
    const shared = { clock, report, random: () => 0.5 };
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream });
    reader = new Reader({
      ...shared,
      namespace: 'model-config',
      origin: new ChaosOrigin(rows, chaos),
      cache,
    });
    follower = new StreamFollower({ ...shared, feed: unsteady, stream, listen: true });
    follower.pin(new PinnedKey(reader, 'key', clock));
    feed.change(['a']);
    follower.start();
    await clock.advance(0);
  });

  afterEach(async () => {
    chaos.alwaysPass();
    const stopped = follower.stop();
    await clock.advance(2_000);
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it('loads what is pinned at the start, before anybody asks', async () => {
    expect(await follower.whenLoaded(0)).toBe(true);
    expect(read()).toBe('v1 fresh fresh');
    expect(rows.loads).toBe(1);
  });

  it('serves the old value as fresh until the new one is there: no reader waits, none sees it unproven', async () => {
    chaos.alwaysDelay(300);
    publish('a');
    expect(await answersWithin(1_000)).toEqual(['v1 fresh fresh', 'v2 fresh fresh']);
    expect(rows.loads).toBe(2);
    expect(reader.cache.misses).toBe(0);
  });

  it('serves an edit within 20 ms of its notification where the load is quick', async () => {
    publish('b');
    await clock.advance(20);
    expect(read()).toBe('v2 fresh fresh');
    expect(events.at(-1)).toEqual({ type: 'changes-applied', stream: 'config', version: 2, scopes: ['b'] });
  });

  it('loads once for many changes that come together', async () => {
    for (let i = 0; i < 50; i++) publish('a');
    await clock.advance(40);
    expect(read()).toBe('v51 fresh fresh');
    expect(rows.loads).toBe(2);
  });

  it('serves the old value as stale, and says so, where the load fails; and tries again until it succeeds', async () => {
    chaos.alwaysThrow(new Error('refused'));
    publish('a');
    const answers = await answersWithin(10_000);
    expect(answers[0]).toBe('v1 fresh fresh');
    expect(
      answers.slice(1).every((answer) => /^v1 stale (invalidated|backing-off|origin-failed)$/.test(answer)),
    ).toBe(true);
    chaos.alwaysPass();
    await clock.advance(30_000);
    expect(read()).toBe('v2 fresh fresh');
  });

  it('tries again by itself, though nobody reads', async () => {
    chaos.alwaysThrow();
    publish('a');
    await clock.advance(600_000);
    chaos.alwaysPass();
    await clock.advance(31_500);
    expect(reader.cache.entry('key')!.value).toBe('v2');
  });

  it('moves the watermark at the hard timeout where the load hangs: bounded, and stale from then on', async () => {
    chaos.alwaysHang();
    publish('a');
    await clock.advance(1_009);
    expect(read()).toBe('v1 fresh fresh');
    await clock.advance(1);
    expect(read()).toMatch(/^v1 stale/);
  });

  it('does not wait out a back-off of half a minute when a new change comes (DESIGN §1)', async () => {
    chaos.alwaysThrow(new Error('refused'));
    publish('a');
    await clock.advance(300_000);
    expect(reader.retryInMs('key')).toBeGreaterThan(2_000);
    chaos.alwaysPass();
    publish('a');
    await clock.advance(3_200);
    expect(read()).toBe('v3 fresh fresh');
  });

  it('loads once more where a load was under way that may have read from before the change', async () => {
    rows.old = feed.asOf;
    chaos.alwaysDelay(100);
    void reader.refresh('key');
    publish('a');
    expect(await answersWithin(400)).toEqual(['v1 fresh fresh', 'v2 fresh fresh']);
  });

  it('does not load again what a reader has loaded already', async () => {
    feed.change(['a']);
    await reader.refresh('key');
    expect(read()).toBe('v2 fresh fresh');
    feed.notify();
    await clock.advance(20);
    expect(stream.state.applied.version).toBe(2);
    expect(rows.loads).toBe(2);
    expect(read()).toBe('v2 fresh fresh');
  });

  it('goes on where something pinned rejects: the watermark moves all the same', async () => {
    follower.pin({
      isLoaded: true,
      follow: () => Promise.reject(new Error('refused')),
      originRecovered: () => {},
      lineageChanged: () => {},
    });
    publish('a');
    await clock.advance(20);
    expect(stream.state.applied.version).toBe(2);
    await clock.advance(1_200);
    expect(feed.polls).toBeGreaterThan(2);
  });

  it.each([0, 2, 50])(
    'converges by the poll with wake-ups lost or repeated (each arrives %p times)',
    async (times) => {
      unsteady.wakeTimes = times;
      for (let i = 0; i < 20; i++) {
        publish(i % 2 === 0 ? 'a' : 'b');
        await clock.advance(100);
      }
      await clock.advance(1_200);
      expect(read()).toBe('v21 fresh fresh');
    },
  );

  describe('tells the load what changed, so that it may build on what is held', () => {
    it('all scopes since, where what is held is from just before', async () => {
      publish('a', 'b');
      await clock.advance(40);
      publish('b');
      await clock.advance(40);
      expect(hints()).toEqual([undefined, ['a', 'b'], ['b']]);
    });

    it('nothing where an earlier load failed: what is held lacks that change too', async () => {
      chaos.alwaysThrow(new Error('refused'));
      publish('a');
      await clock.advance(100);
      chaos.alwaysPass();
      publish('b');
      await clock.advance(3_000);
      expect(read()).toBe('v3 fresh fresh');
      expect(hints().at(-1)).toBeUndefined();
    });

    it('nothing where the reply does not hold all that changed', async () => {
      feed.batch = 1;
      feed.change(['a']);
      feed.change(['b']);
      feed.notify();
      await clock.advance(100);
      expect(stream.state.applied.version).toBe(3);
      expect(read()).toBe('v3 fresh fresh');
      expect(hints()).toEqual([undefined, undefined]);
    });
  });

  it('catches up batch after batch without waiting for the next second, and confirms nothing before', async () => {
    feed.batch = 100;
    reader.cache.set('other', 'old', { asOf: feed.asOf, scopes: ['scope-950'] });
    await clock.advance(900);
    chaos.alwaysThrow(new Error('refused'));
    for (let i = 0; i < 1_000; i++) feed.change([`scope-${i}`]);
    feed.notify();
    await clock.advance(10);
    expect(stream.state.applied.version).toBe(101);
    // Its change is in a later batch: until then it is not confirmed.
    expect(reader.cache.get('other')).toMatchObject({ age: 910 });
    await clock.advance(240);
    expect(stream.state.applied.version).toBe(1_001);
    expect(reader.cache.get('other')).toMatchObject({ isStale: true, reason: 'invalidated' });
  });
});
