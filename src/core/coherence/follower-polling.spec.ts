import { Chaos } from '../../testing/chaos.js';
import { ChaosChangeFeed } from '../../testing/chaos-change-feed.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import type { LastgoodEvent } from '../events.js';
import type { Policy } from '../policy/policy.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { maxScopes } from './apply-reply.js';
import { Stream } from './stream.js';
import { StreamFollower, type FollowerOptions } from './stream-follower.js';

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

describe('StreamFollower, polling (CO-6)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let chaos: Chaos;
  let unsteady: ChaosChangeFeed;
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;
  let events: LastgoodEvent[];
  let dice: () => number;
  let follower: StreamFollower;

  const start = async (options: Partial<FollowerOptions> = {}) => {
    follower = new StreamFollower({
      clock,
      report: (event) => events.push(event),
      feed: unsteady,
      stream,
      listen: true,
      random: () => dice(),
      ...options,
    });
    follower.start();
    await clock.advance(0);
    cache.set('key', 'value', { asOf: feed.asOf, scopes: ['a'] });
  };
  /** When polls began, in ms from now on. */
  const pollsWithin = async (ms: number, step = 1) => {
    const begun = clock.now();
    const at: number[] = [];
    for (let before = feed.polls; clock.now() - begun < ms; before = feed.polls) {
      await clock.advance(step);
      if (feed.polls > before) at.push(clock.now() - begun);
    }
    return at;
  };
  const kinds = () => events.map(({ type }) => type);

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    chaos = new Chaos(clock);
    unsteady = new ChaosChangeFeed(feed, chaos);
    stream = new Stream('config');
    cache = new StaleWhileRevalidateCache({ clock, policy, stream });
    events = [];
    dice = () => 0.5;
  });

  afterEach(async () => {
    await follower.stop();
    expect(clock.pending).toBe(0);
  });

  it('asks at once when it starts, for all of the log', async () => {
    const poll = jest.spyOn(feed, 'poll');
    await start();
    expect(poll.mock.calls).toEqual([[null]]);
    expect(stream.state).toMatchObject({ epoch: 'e1', applied: { version: 0 } });
  });

  it.each([
    [0, [800, 1_600, 2_400]],
    [0.5, [1_000, 2_000, 3_000]],
    [1, [1_200, 2_400]],
  ])('asks every second ± 20 %% (dice %p)', async (roll, expected) => {
    dice = () => roll;
    await start();
    expect(await pollsWithin(3_000, 10)).toEqual(expected);
  });

  it.each([0, 0.5, 0.999])('asks within 20 ms of a wake-up, jittered (dice %p)', async (roll) => {
    await start();
    await clock.advance(300);
    dice = () => roll;
    const before = feed.polls;
    feed.notify();
    await clock.advance(roll * 20);
    expect(feed.polls).toBe(before + 1);
  });

  it('is not put off by a storm of wake-ups', async () => {
    await start();
    dice = () => 0.999;
    const before = feed.polls;
    for (let i = 0; i < 100; i++) {
      feed.notify();
      await clock.advance(1);
    }
    expect(feed.polls - before).toBeGreaterThanOrEqual(4);
    expect(feed.polls - before).toBeLessThanOrEqual(6);
  });

  it('is not put off by a wake-up just before the poll is due', async () => {
    await start();
    dice = () => 0.999;
    await clock.advance(990);
    feed.notify();
    await clock.advance(10);
    expect(feed.polls).toBe(2);
  });

  it('has one poll in flight, and remembers wake-ups meanwhile as one', async () => {
    await start();
    chaos.alwaysDelay(400);
    await clock.advance(1_000);
    for (let i = 0; i < 5; i++) feed.notify();
    await clock.advance(399);
    expect(feed.polls).toBe(1);
    chaos.alwaysPass();
    await clock.advance(1);
    expect(feed.polls).toBe(2);
    await clock.advance(20);
    expect(feed.polls).toBe(3);
    await clock.advance(900);
    expect(feed.polls).toBe(3);
  });

  it('does without notifications where they are switched off', async () => {
    await start({ listen: false });
    feed.notify();
    await clock.advance(999);
    expect(feed.polls).toBe(1);
    await clock.advance(1);
    expect(feed.polls).toBe(2);
  });

  it('confirms what stands as of the moment before the poll was sent (CO-7)', async () => {
    await start();
    chaos.alwaysDelay(700);
    await clock.advance(1_000);
    await clock.advance(699);
    expect(cache.get('key')).toMatchObject({ age: 1_699 });
    await clock.advance(1);
    expect(cache.get('key')).toMatchObject({ age: 700, isStale: false });
  });

  it('keeps the age about a second in health', async () => {
    await start();
    await clock.advance(3_600_000);
    expect(cache.get('key')).toMatchObject({ isStale: false, reason: 'fresh' });
    expect(cache.get('key')!.age).toBeLessThanOrEqual(1_200);
  });

  it('goes on asking every second for as long as the feed fails, and says once that it answers again', async () => {
    await start();
    events.length = 0;
    chaos.alwaysThrow(new Error('refused'));
    await clock.advance(600_000);
    expect(kinds()).toEqual(Array.from({ length: 600 }, () => 'feed-failed'));
    expect(cache.get('key')).toMatchObject({ isStale: true, reason: 'origin-failed', age: 600_000 });
    chaos.alwaysPass();
    await clock.advance(2_000);
    expect(kinds().slice(600)).toEqual(['feed-answered']);
    expect(cache.get('key')).toMatchObject({ isStale: false, reason: 'fresh', age: 0 });
  });

  it('folds the watermarks of too many scopes, and what is proven stays so (CO-8)', async () => {
    await start();
    feed.change(Array.from({ length: maxScopes + 1 }, (_, i) => `scope-${i}`));
    await clock.advance(1_000);
    expect(stream.state).toMatchObject({ floor: 1, watermarks: new Map() });
    expect(cache.get('key')).toMatchObject({ isStale: false, asOf: feed.asOf });
  });

  it('takes nothing from a standby: its word confirms nothing and applies nothing (CO-5)', async () => {
    await start();
    events.length = 0;
    feed.inRecovery = true;
    feed.change(['a']);
    await clock.advance(5_000);
    expect(new Set(kinds())).toEqual(new Set(['feed-ignored']));
    expect(stream.state.applied.version).toBe(0);
    expect(cache.get('key')).toMatchObject({ isStale: false, reason: 'unconfirmed', age: 5_000 });
    feed.inRecovery = false;
    await clock.advance(1_000);
    expect(kinds()).toContain('feed-answered');
    expect(cache.get('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
  });

  it('proves nothing by a standby at a boot (CO-12)', async () => {
    feed.inRecovery = true;
    await start();
    await clock.advance(3_000);
    expect(cache.get('key')).toMatchObject({ isStale: true, reason: 'cold-start' });
  });

  it('voids what was confirmed when the two clocks part by more than 5 s, until the next answer (CO-14)', async () => {
    await start();
    await clock.advance(60_000);
    chaos.alwaysThrow();
    clock.stepWall(5_001);
    await clock.advance(1_000);
    expect(cache.get('key')).toMatchObject({ age: 61_000, reason: 'unconfirmed' });
    chaos.alwaysPass();
    await clock.advance(1_000);
    expect(cache.get('key')).toMatchObject({ age: 0, reason: 'fresh' });
  });

  it('tells every stream of it that follows the same clock (CO-14)', async () => {
    const access = new Stream('access');
    const other = new StreamFollower({ clock, report: () => {}, feed, stream: access, listen: false });
    other.start();
    await start();
    chaos.alwaysThrow();
    feed.fail(new Error('down'));
    clock.stepWall(3_600_000);
    await clock.advance(1_500);
    expect([stream, access].map((each) => each.confirmedThrough)).toEqual([-Infinity, -Infinity]);
    feed.fail(null);
    await other.stop();
  });

  it('lets a smaller step of the wall clock pass', async () => {
    await start();
    await clock.advance(60_000);
    chaos.alwaysThrow();
    clock.stepWall(-5_000);
    await clock.advance(1_000);
    expect(cache.get('key')).toMatchObject({ age: 1_000, reason: 'fresh' });
  });

  describe('whenApplied', () => {
    it('looks at once instead of waiting for the poll, and is true once the change is applied', async () => {
      await start();
      const { version } = feed.change(['a']);
      const applied = follower.whenApplied(version, 5_000);
      await clock.advance(20);
      expect(await applied).toBe(true);
      expect(await follower.whenApplied(version, 0)).toBe(true);
    });

    it('is false when that takes too long', async () => {
      await start();
      const applied = follower.whenApplied(1, 3_000);
      await clock.advance(3_000);
      expect(await applied).toBe(false);
    });
  });

  describe('stop', () => {
    it('ends the polls, the subscription and the waiting', async () => {
      await start();
      const applied = follower.whenApplied(1, 60_000);
      await follower.stop();
      expect(await applied).toBe(false);
      const before = feed.polls;
      feed.notify();
      follower.wake();
      await clock.advance(60_000);
      expect(feed.polls).toBe(before);
    });

    it('waits for the poll in flight, and starts no other, dirty or not', async () => {
      await start();
      chaos.alwaysDelay(500);
      await clock.advance(1_000);
      feed.notify();
      const stopped = follower.stop().then(() => 'stopped');
      expect(await Promise.race([stopped, clock.advance(499).then(() => 'waiting')])).toBe('waiting');
      await clock.advance(1);
      expect(await stopped).toBe('stopped');
      expect(feed.polls).toBe(2);
    });

    it('can be called twice, and before the start', async () => {
      follower = new StreamFollower({ clock, report: () => {}, feed, stream, listen: true });
      await follower.stop();
      await follower.stop();
      expect(clock.pending).toBe(0);
    });
  });
});
