import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess, type ProcessOptions, type TierProcess } from '../../../test/support/tier-process.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import type { Loaded, LoadRequest } from './origin.js';

const refreshIntervalMs = 1_000;

/** Its values depend on the scope `s`; it notes when it was asked. */
class ScopedOrigin extends SlowOrigin {
  readonly askedAt: number[] = [];

  constructor(
    private readonly time: VirtualClock,
    ms: number,
  ) {
    super(time, ms);
  }

  override async load(key: string, request: LoadRequest<string>): Promise<Loaded<string>> {
    this.askedAt.push(this.time.now());
    return { ...(await super.load(key, request)), scopes: ['s'] };
  }

  /** The least time between two loads. */
  get leastMs(): number {
    return Math.min(...this.askedAt.slice(1).map((at, before) => at - this.askedAt[before]!));
  }
}

describe('an interval between loads that nobody waits for (CT-5)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: ScopedOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}): TierProcess =>
    tierProcess({
      clock,
      origin,
      feed,
      confirmedBy: 'load',
      lock,
      tiers: [redis],
      refreshIntervalMs,
      ...options,
    });
  const resultsOf = ({ told }: TierProcess) => told('refresh').map(({ result }) => result);

  /** The scope changes, and these processes apply it. */
  const change = async (...processes: TierProcess[]) => {
    feed.change(['s']);
    for (const process of processes) await process.catchUp();
  };
  /** Has the value, loaded at this moment. */
  const loaded = async (process: TierProcess) => {
    await process.catchUp();
    const read = process.reader.get('key');
    await clock.advance(origin.ms);
    expect(await read).toMatchObject({ isStale: false });
  };

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    redis = new FakeTier('redis');
    lock = new FakeLock(clock);
    origin = new ScopedOrigin(clock, 100);
    feed.change(['s']);
  });

  describe('in one process', () => {
    it('a change within it is loaded by the first read after it, counted from the start of the last load', async () => {
      const process = processOf({ tiers: [] });
      await loaded(process);
      await change(process);
      await clock.advance(899);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 1', isStale: true });
      await clock.advance(0);
      expect([origin.calls, resultsOf(process)]).toEqual([1, []]);
      await clock.advance(1);
      process.reader.peek('key');
      await clock.advance(100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 2', isStale: false });
      expect(resultsOf(process)).toEqual(['started', 'succeeded']);
    });

    it('a change after it is loaded by the next read', async () => {
      const process = processOf({ tiers: [] });
      await loaded(process);
      await clock.advance(900);
      await change(process);
      process.reader.peek('key');
      await clock.advance(100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 2', isStale: false });
    });

    it('without one, a change is loaded by the next read', async () => {
      const process = processOf({ tiers: [], refreshIntervalMs: 0 });
      await loaded(process);
      await change(process);
      process.reader.peek('key');
      await clock.advance(100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 2', isStale: false });
    });

    it('what is fresh is loaded ahead once it has passed, and not before', async () => {
      const process = processOf({ tiers: [] });
      await loaded(process);
      process.reader.refreshAhead('key');
      await clock.advance(900);
      expect(origin.calls).toBe(1);
      process.reader.refreshAhead('key');
      await clock.advance(100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 2', isStale: false });
    });

    it('who waits is not held back', async () => {
      const process = processOf({ tiers: [] });
      await loaded(process);
      await Promise.all([process.reader.refresh('key'), clock.advance(100)]);
      process.cache.delete('key');
      await Promise.all([process.reader.get('key'), clock.advance(100)]);
      expect([origin.calls, clock.now() - origin.askedAt[0]!]).toEqual([3, 300]);
    });

    it('a load that failed is tried again after its back-off, and not after the interval', async () => {
      const process = processOf({ tiers: [], refreshIntervalMs: 10_000 });
      await loaded(process);
      await change(process);
      await clock.advance(10_000);
      origin.answer = 'error';
      process.reader.peek('key');
      await clock.advance(100);
      origin.answer = 'value';
      await clock.advance(process.reader.retryInMs('key') + 100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 3', isStale: false });
    });

    it('an absence counts as loaded too', async () => {
      const process = processOf({ tiers: [] });
      origin.answer = 'absent';
      await loaded(process);
      process.reader.refreshAhead('key');
      await clock.advance(100);
      expect(origin.calls).toBe(1);
    });
  });

  describe('in two processes', () => {
    it('what the other loaded within it is taken into memory, and nothing is loaded', async () => {
      const [one, other] = [processOf(), processOf()];
      await loaded(one);
      await loaded(other);
      expect(origin.calls).toBe(1);
      await clock.advance(1_000);
      await change(one, other);
      one.reader.peek('key');
      await clock.advance(100);
      await change(one, other);
      other.reader.peek('key');
      await clock.advance(100);
      expect(other.reader.peek('key')).toMatchObject({ data: 'value 2', isStale: true });
      expect([origin.calls, resultsOf(other)]).toEqual([2, ['started', 'skipped']]);
      expect([lock.leases, other.reader.retryInMs('key'), other.told('load-failed')]).toEqual([0, 0, []]);
    });

    it('and is tried again by the first read after the rest of it', async () => {
      const [one, other] = [processOf(), processOf()];
      await loaded(one);
      await loaded(other);
      await clock.advance(1_000);
      await change(one, other);
      one.reader.peek('key');
      await clock.advance(700);
      await change(one, other);
      other.reader.peek('key');
      await clock.advance(299);
      other.reader.peek('key');
      await clock.advance(0);
      expect(origin.calls).toBe(2);
      await clock.advance(1);
      other.reader.peek('key');
      await clock.advance(100);
      expect(other.reader.peek('key')).toMatchObject({ data: 'value 3', isStale: false });
    });

    it('somebody who joins a load that is being left to the other is given one of its own', async () => {
      const [one, other] = [processOf(), processOf()];
      await loaded(one);
      await loaded(other);
      await clock.advance(1_000);
      await change(one, other);
      one.reader.peek('key');
      await clock.advance(100);
      await change(one, other);
      other.reader.peek('key');
      const read = other.reader.getAtLeast('key', feed.asOf);
      await clock.advance(100);
      expect(await read).toMatchObject({ data: 'value 3', isStale: false });
    });

    it.each([
      ['with Redis', () => ({})],
      ['where the origin takes longer than it', () => ({ slow: 1_300 })],
    ])(
      'a burst of changes under constant reads is one load for each of it, and right at the end, %s',
      async (_, of) => {
        const { slow } = { slow: origin.ms, ...of() };
        const [one, other] = [processOf(), processOf()];
        await loaded(one);
        await loaded(other);
        await clock.advance(refreshIntervalMs);
        origin.ms = slow;
        const before = origin.calls;
        for (let ms = 0; ms < 10_000; ms += 10) {
          if (ms % 50 === 0) await change(...(ms % 100 === 0 ? [one, other] : [other, one]));
          for (const { reader } of [one, other]) expect(reader.peek('key')).not.toBeNull();
          await clock.advance(10);
        }
        // The last change of all has come: the reads go on.
        const lastAt = clock.now();
        const isFresh = ({ reader }: TierProcess) => !reader.peek('key')!.isStale;
        while (!(isFresh(one) && isFresh(other))) {
          await clock.advance(10);
          expect(clock.now() - lastAt).toBeLessThan(3 * refreshIntervalMs + 2 * slow);
        }
        expect(origin.leastMs).toBeGreaterThanOrEqual(refreshIntervalMs);
        expect(origin.calls - before).toBeGreaterThanOrEqual(Math.floor(10_000 / (refreshIntervalMs + slow)));
        expect(new Set([one, other].map(({ reader }) => reader.peek('key')!.data)).size).toBe(1);
      },
    );
  });
});
