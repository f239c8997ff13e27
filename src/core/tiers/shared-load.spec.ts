import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('one load of a key for all processes (CA-6)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, lock, tiers: [redis], random: Math.random, ...options });
  const processes = (count: number, options: Partial<ProcessOptions> = {}) =>
    Array.from({ length: count }, () => processOf(options));
  type Process = ReturnType<typeof processOf>;
  /** What so many callers of each process get, and how long the last of them waited. */
  const crowd = async (of: readonly Process[], callers: number, withinMs = 10_000) => {
    const startedAt = clock.now();
    let lastMs = 0;
    const reads = of.flatMap(({ reader }) =>
      Array.from({ length: callers }, () =>
        reader
          .get('key')
          .catch((error: unknown) => error)
          .finally(() => (lastMs = clock.now() - startedAt)),
      ),
    );
    await clock.advance(withinMs);
    return { answers: (await Promise.all(reads)) as { data?: string; code?: string }[], lastMs };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 1_000);
  });

  it('100 concurrent misses are 1 load in a process', async () => {
    const { answers } = await crowd([processOf()], 100);
    expect(origin.calls).toBe(1);
    expect(answers.every(({ data }) => data === 'value 1')).toBe(true);
  });

  it.each([true, false])('8 processes × 50 callers are 1 load in all (wake-ups heard: %s)', async (wakes) => {
    lock.wakes = wakes;
    const { answers, lastMs } = await crowd(processes(8), 50);
    expect(origin.calls).toBe(1);
    expect(answers).toHaveLength(400);
    expect(answers.every(({ data }) => data === 'value 1')).toBe(true);
    expect(lastMs).toBeLessThanOrEqual(wakes ? 1_000 : 3_000);
  });

  it('says where it came from: the origin for who loaded, Redis for who waited', async () => {
    const [one, other] = processes(2);
    const [first, second] = [one!.reader.get('key'), other!.reader.get('key')];
    await clock.advance(1_000);
    expect(await first).toMatchObject({ source: 'origin', isStale: false });
    expect(await second).toMatchObject({ source: 'redis', isStale: false, age: 1_000 });
  });

  it('who waits is woken when there is something to find, however long Redis takes to store it', async () => {
    const set = redis.set.bind(redis);
    jest.spyOn(redis, 'set').mockImplementation(async (...entry) => {
      await new Promise<void>((resolve) => clock.after(100, resolve));
      return set(...entry);
    });
    const { answers } = await crowd(processes(3), 5);
    expect(origin.calls).toBe(1);
    expect(answers.every(({ data }) => data === 'value 1')).toBe(true);
  });

  it('nobody who comes soon after loads it again', async () => {
    await crowd([processOf()], 1);
    await crowd(processes(3), 5);
    expect(origin.calls).toBe(1);
  });

  it('without wake-ups they look after 100 ms, doubling to 1 s, jittered by a half', async () => {
    lock.wakes = false;
    const options = { policy: { hardTimeoutMs: 25_000 }, waitMs: 25_000 };
    await lock.acquire({ kind: 'lock', namespace: 'n', key: 'key' }, 6_000);
    const looks: number[] = [];
    const acquire = lock.acquire.bind(lock);
    jest.spyOn(lock, 'acquire').mockImplementation((...of) => {
      looks.push(clock.now());
      return acquire(...of);
    });
    void processOf({ ...options, random: () => 0.5 }).reader.get('key');
    await clock.advance(6_000);
    const pauses = looks.slice(1).map((at, i) => at - looks[i]!);
    expect(pauses.slice(0, 7)).toEqual([0, 100, 200, 400, 800, 1_000, 1_000]);
  });

  it('and once more before their time is over, however the dice fall', async () => {
    lock.wakes = false;
    const { answers } = await crowd(processes(2, { random: () => 1, policy: { hardTimeoutMs: 1_040 } }), 1);
    expect(answers.map(({ data }) => data)).toEqual(['value 1', 'value 1']);
  });

  it('an absence is one load too, and all are told the message', async () => {
    origin.answer = 'absent';
    const group = processes(8);
    const { answers } = await crowd(group, 5, 1_000);
    expect(origin.calls).toBe(1);
    expect(answers.every((answer) => 'absent' in answer && answer.absent === true)).toBe(true);
    expect(group.map(({ cache }) => cache.entry('key')!.message)).toEqual(Array(8).fill('no such key'));
  });

  describe('whatever is known of the history', () => {
    const feeds = (count: number) => {
      const feed = new FakeChangeFeed();
      feed.change(['a']);
      return processes(count, { feed, confirmedBy: 'load' });
    };

    it('the database was never reached: they take what was loaded while they waited, labelled cold-start', async () => {
      const { answers } = await crowd(feeds(8), 5);
      expect(origin.calls).toBe(1);
      expect(answers.every(({ data }) => data === 'value 1')).toBe(true);
    });

    it('but not what their policy would not serve stale: then each loads for itself', async () => {
      const feed = new FakeChangeFeed();
      const policy = { staleWhileRevalidateMs: 0, staleIfErrorMs: 0, hardTimeoutMs: 5_000 };
      const { answers } = await crowd(processes(3, { feed, confirmedBy: 'load', policy }), 5);
      expect(origin.calls).toBe(3);
      expect(answers.every(({ data }) => data !== undefined)).toBe(true);
    });

    it('nor what may be older than what was revoked here meanwhile', async () => {
      const feed = new FakeChangeFeed();
      const policy = { hardTimeoutMs: 5_000, softTimeoutMs: 0 };
      const [one, other] = processes(2, { feed, confirmedBy: 'load', policy });
      const reads = [one!.reader.get('key'), other!.reader.get('key')];
      await clock.advance(500);
      other!.cache.set('key', 'written', { confirmedAt: clock.now() - 2_000 });
      other!.cache.invalidate('key');
      await clock.advance(2_000);
      expect(await Promise.all(reads)).toMatchObject([{ data: 'value 1' }, { data: 'value 2' }]);
    });

    it('they are at the same point: what was loaded is fresh', async () => {
      const group = feeds(8);
      await Promise.all(group.map(({ catchUp }) => catchUp()));
      const { answers } = await crowd(group, 5);
      expect(origin.calls).toBe(1);
      expect(answers.every((answer) => 'isStale' in answer && answer.isStale === false)).toBe(true);
    });

    it('one is behind by a poll: it takes what is ahead, labelled stale until the poll tells', async () => {
      const feed = new FakeChangeFeed();
      const [ahead, behind] = processes(2, { feed, confirmedBy: 'load' });
      await behind!.catchUp();
      feed.change(['b']);
      await ahead!.catchUp();
      const [, read] = [ahead!.reader.get('key'), behind!.reader.get('key')];
      await clock.advance(1_000);
      expect(await read).toMatchObject({ data: 'value 1', isStale: true });
      await behind!.catchUp();
      expect(await behind!.reader.get('key')).toMatchObject({ data: 'value 1', isStale: false });
      expect(origin.calls).toBe(1);
    });

    it('one knows of a change that the loader did not: it loads for itself', async () => {
      const feed = new FakeChangeFeed();
      feed.change(['b']);
      const policy = { hardTimeoutMs: 5_000 };
      const [old, knowing] = processes(2, { feed, confirmedBy: 'load', policy });
      await Promise.all([old!.catchUp(), knowing!.catchUp()]);
      const first = old!.reader.get('key');
      feed.change(['@n=key']);
      await knowing!.catchUp();
      const second = knowing!.reader.get('key');
      await clock.advance(2_000);
      expect(await first).toMatchObject({ data: 'value 1' });
      expect(await second).toMatchObject({ data: 'value 2', isStale: false });
    });

    it('the clocks of two machines differ: they take what was loaded while they waited', async () => {
      const ahead = new VirtualClock(Date.UTC(2026, 0, 1) + 10_000);
      const there = tierProcess({ clock: ahead, origin: new SlowOrigin(ahead, 1_000), lock, tiers: [redis] });
      const first = there.reader.get('key');
      const second = processOf().reader.get('key');
      await ahead.advance(1_000);
      await clock.advance(2_000);
      expect(await first).toMatchObject({ data: 'value 1' });
      expect(await second).toMatchObject({ data: 'value 1', source: 'redis', isStale: true });
      expect(origin.calls).toBe(0);
    });
  });

  it('leaves no timer, no lease and no listener behind', async () => {
    await crowd(processes(8), 5);
    expect([clock.pending, lock.leases, lock.listeners]).toEqual([0, 0, 0]);
  });

  it('tells of the lock once for each process, and of its end', async () => {
    const group = processes(3);
    await crowd(group, 5);
    const told = group.map(({ told: of }) => of('lock').map(({ kind, result }) => `${kind} ${result}`));
    expect(told).toEqual([['lock acquired'], ['lock contended'], ['lock contended']]);
    expect(group.map(({ told: of }) => of('lock-released').length)).toEqual([1, 0, 0]);
  });
});
