import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { namespaceScope } from '../cache/cache-scopes.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Policy } from '../policy/policy.js';
import type { AsOf } from './as-of.js';
import { Stream } from './stream.js';
import { StreamFollower } from './stream-follower.js';

const policy: Policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: null,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const everything = [namespaceScope('prompts')];

/** Each was the shortest way to be given what was purged, found by the search or by the model. */
describe('what was purged does not exist (CO-13)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;
  let follower: StreamFollower;

  const boot = () => {
    stream = new Stream('prompts');
    const namespace = 'prompts';
    cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream, namespace });
    follower = new StreamFollower({
      clock,
      feed,
      stream,
      listen: true,
      report: () => undefined,
      random: () => 0,
    });
  };
  const start = async () => {
    follower.start();
    await clock.advance(0);
  };
  const hear = async () => {
    feed.notify();
    await clock.advance(1);
  };
  const hold = (asOf: AsOf) => void cache.set('key', 'private', { asOf });
  const promote = (asOf: AsOf) => cache.promote('key', 'private', { asOf });
  const raise = (epoch: string) => {
    feed.epoch = epoch;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    feed.change(['x']);
    boot();
  });

  afterEach(() => follower.stop());

  it('is gone from memory, and is not promoted again', async () => {
    await start();
    const before = feed.asOf;
    hold(before);
    feed.purge(everything);
    await hear();
    expect([cache.has('key'), cache.peek('key'), promote(before)]).toEqual([false, null, null]);
    expect(promote(feed.asOf)).not.toBeNull();
  });

  it('is gone where the purge lies before the version that was applied in the epoch before', async () => {
    feed.change(['x']);
    await start();
    hold(feed.asOf);
    feed.restoreTo(1);
    feed.purge(everything, 'p');
    raise('e2');
    await hear();
    expect(stream.state).toMatchObject({ epoch: 'e2', applied: { version: 2 } });
    expect(cache.peek('key')).toBeNull();
  });

  it('is gone where the log goes on behind a trimmed part, and is told in parts', async () => {
    await start();
    const before = feed.asOf;
    hold(before);
    feed.change(['x', 'y']);
    feed.purge(everything);
    feed.trim(1);
    feed.batch = 1;
    await hear();
    await clock.advance(100);
    expect(stream.appliedVersion).toBe(3);
    expect([cache.peek('key'), promote(before)]).toEqual([null, null]);
  });

  it('is gone where it may have been purged: the log begins beyond what was applied', async () => {
    await start();
    const before = feed.asOf;
    hold(before);
    feed.purge(everything);
    feed.change(['x']);
    feed.trim(2);
    await hear();
    expect([cache.peek('key'), promote(before)]).toEqual([null, null]);
    hold(feed.asOf);
    feed.trim(3);
    await hear();
    expect(cache.peek('key')).toMatchObject({ isStale: false });
  });

  it('stays where this process was there all the time, however far the log is trimmed', async () => {
    await start();
    cache.set('key', 'private', { asOf: feed.asOf, scopes: ['a'] });
    feed.change(['x']);
    feed.purge([namespaceScope('another')]);
    await hear();
    feed.trim(2);
    feed.change(['x']);
    await hear();
    expect(cache.peek('key')).toMatchObject({ isStale: false });
  });

  it('is gone where it is of an epoch before the purge, whose row was trimmed since', async () => {
    await start();
    const lost = feed.asOf;
    feed.restoreTo(0);
    feed.purge(everything, 'p');
    raise('e2');
    await hear();
    feed.change(['x']);
    feed.change(['x']);
    await hear();
    feed.trim(1);
    feed.change(['x']);
    await hear();
    expect(stream.state).toMatchObject({ purges: new Map(), forgotten: 'e2', trimmedTo: 1 });
    expect(promote(lost)).toBeNull();
    raise('e3');
    await hear();
    expect(promote(lost)).toBeNull();
    expect(promote(feed.asOf)).not.toBeNull();
  });

  it('is kept where it is pinned and may have been purged: it is stale then and served', async () => {
    const pinned = new StaleWhileRevalidateCache<string>({ clock, policy, stream, pinned: true });
    await start();
    pinned.set('key', 'public', { asOf: feed.asOf, scopes: ['x'] });
    feed.change(['x']);
    feed.change(['x']);
    feed.trim(2);
    await hear();
    expect(pinned.peek('key')).toMatchObject({ data: 'public', isStale: true });
  });

  it('is gone where it is of a lost history, whose numbers go beyond the purge', async () => {
    const lost = feed.change(['x'], 'lost');
    const lostLater = feed.change(['x'], 'lost');
    feed.restoreTo(1);
    feed.purge(everything);
    feed.change(['x']);
    await start();
    expect([promote(lost), promote(lostLater)]).toEqual([null, null]);
  });

  it('is gone where it was read ahead of the polls, of a history that proves lost', async () => {
    await start();
    const lost = feed.change(['x'], 'lost');
    feed.change(['x'], 'lost');
    feed.restoreTo(1);
    feed.purge(everything);
    await hear();
    hold({ ...lost, version: 3, changeId: 'lost3' });
    expect(cache.peek('key')).not.toBeNull();
    raise('e2');
    feed.purge(['other']);
    await hear();
    expect(cache.peek('key')).toBeNull();
  });

  it('stays gone when the epoch of the purge is over, and while there is none', async () => {
    const before = feed.asOf;
    raise('e2');
    await start();
    feed.purge(everything);
    await hear();
    jest.spyOn(feed, 'raiseEpoch').mockRejectedValueOnce(new Error('read-only'));
    feed.restoreTo(1);
    await hear();
    expect(stream.state.epoch).toBeNull();
    expect(promote(before)).toBeNull();
    await clock.advance(2_000);
    expect(stream.state.epoch).toBe('e2+');
    expect(promote(before)).toBeNull();
  });

  it('is no longer there once the first answer says that the log begins after it', async () => {
    const before = feed.asOf;
    feed.purge(everything);
    feed.change(['x']);
    feed.trim(2);
    expect(promote(before)).not.toBeNull();
    await start();
    expect(cache.peek('key')).toBeNull();
    expect(promote(before)).toBeNull();
    jest.spyOn(feed, 'raiseEpoch').mockRejectedValueOnce(new Error('read-only'));
    feed.restoreTo(2);
    await hear();
    expect(stream.state.epoch).toBeNull();
    expect(promote(before)).toBeNull();
  });

  it('leaves what was read since: of the same epoch, and of one that began after the purge', async () => {
    await start();
    feed.purge(everything);
    await hear();
    hold(feed.asOf);
    expect(cache.peek('key')).toMatchObject({ isStale: false });
    raise('e2');
    await hear();
    expect(cache.peek('key')).toMatchObject({ isStale: true });
    hold(feed.asOf);
    expect(cache.peek('key')).toMatchObject({ isStale: false });
  });
});
