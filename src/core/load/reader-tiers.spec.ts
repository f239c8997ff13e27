import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosLock } from '../../testing/chaos-lock.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('a reader with tiers beyond memory', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let origin: SlowOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, tiers: [redis, disk], ...options });
  type Process = ReturnType<typeof processOf>;
  const get = ({ reader }: Process) => reader.get('key').catch((error: unknown) => error);
  const byNow = (promise: Promise<unknown>) =>
    Promise.race([promise, clock.advance(0).then(() => 'waiting')]);
  /** Puts a value of this age into both tiers. */
  const store = async (ageMs: number) => {
    const { cache, mirrors } = processOf();
    await mirrors.mirror(cache.set('key', 'stored', { confirmedAt: clock.now() - ageMs }));
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
    origin = new SlowOrigin(clock, 100);
  });

  describe('a value that a tier holds', () => {
    it('is served at once where it is to be revalidated, and refreshed behind', async () => {
      await store(70_000);
      const process = processOf();
      expect(await byNow(get(process))).toMatchObject({
        data: 'stored',
        isStale: true,
        source: 'redis',
        reason: 'revalidating',
      });
      await clock.advance(100);
      expect(process.reader.peek('key')).toMatchObject({ data: 'value 1', isStale: false });
    });

    it('says its tier also where other reasons come before its own', async () => {
      await store(70_000);
      const process = processOf();
      origin.answer = 'error';
      process.reader.refresh('key').catch(() => undefined);
      await clock.advance(100);
      expect(await get(process)).toMatchObject({ source: 'redis', reason: 'backing-off' });
    });

    it('is served where the origin fails or is slow, and it is past the first window', async () => {
      await store(200_000);
      origin.ms = 1_000;
      const read = get(processOf());
      await clock.advance(250);
      expect(await read).toMatchObject({ data: 'stored', isStale: true, reason: 'origin-slow' });
    });

    it('past all windows is loaded, or refused with its age', async () => {
      await store(200_000);
      await clock.advance(600_000);
      origin.answer = 'error';
      const read = get(processOf());
      await clock.advance(100);
      expect(await read).toMatchObject({ code: 'too-stale', ageMs: 800_100 });
    });

    it('is no hit in memory, nor a miss: the tier counts it (CA-9)', async () => {
      await store(1_000);
      const process = processOf();
      await get(process);
      const { freshHits, staleHits, misses } = process.cache;
      expect([freshHits, staleHits, misses]).toEqual([0, 0, 0]);
      await get(process);
      expect(process.cache.freshHits).toBe(1);
    });
  });

  describe('with nothing anywhere', () => {
    it('answers with an error within the deadline', async () => {
      origin.ms = 5_000;
      const read = get(processOf());
      await clock.advance(1_999);
      expect(await byNow(read)).toBe('waiting');
      await clock.advance(1);
      expect(await byNow(read)).toMatchObject({ code: 'unavailable' });
    });

    it.each([1_000, 2_000, 25_000])(
      'also if all tiers and the lock hang (deadline %i ms)',
      async (hardTimeoutMs) => {
        const chaos = new Chaos(clock);
        chaos.alwaysHang();
        const tiers = [new ChaosTier(redis, chaos), new ChaosTier(disk, chaos)];
        const lock = new ChaosLock(new FakeLock(clock), chaos);
        const process = processOf({ tiers, lock, policy: { hardTimeoutMs } });
        origin.ms = 99_000;
        const read = get(process);
        await clock.advance(hardTimeoutMs - 1);
        expect(await byNow(read)).toBe('waiting');
        await clock.advance(1);
        expect(await byNow(read)).toMatchObject({ code: 'unavailable' });
        expect(origin.calls).toBe(1);
        await clock.advance(1_000);
        expect(clock.pending).toBe(0);
      },
    );

    it('and with tiers and lock that hang, an origin that answers is heard all the same', async () => {
      const chaos = new Chaos(clock);
      chaos.alwaysHang();
      const tiers = [new ChaosTier(redis, chaos), new ChaosTier(disk, chaos)];
      const lock = new ChaosLock(new FakeLock(clock), chaos);
      const process = processOf({ tiers, lock, policy: { hardTimeoutMs: 1_000 } });
      const read = get(process);
      await clock.advance(750 + origin.ms);
      expect(await byNow(read)).toMatchObject({ data: 'value 1', isStale: false });
      expect(process.told('tier-failed').map(({ tier, operation }) => `${tier} ${operation}`)).toEqual([
        'redis get',
        'disk get',
        'redis lock',
      ]);
    });

    it('slow tiers take their time from the load, and add none', async () => {
      const chaos = new Chaos(clock);
      chaos.alwaysDelay(400);
      const process = processOf({ tiers: [new ChaosTier(redis, chaos), new ChaosTier(disk, chaos)] });
      origin.ms = 99_000;
      const read = get(process);
      await clock.advance(2_000);
      expect(await byNow(read)).toMatchObject({ code: 'unavailable', cause: { code: 'load-timeout' } });
    });
  });

  describe('asked for a value of an age at most (CA-5)', () => {
    const within = ({ reader }: Process, maxAgeMs: number) =>
      reader.getWithin('key', maxAgeMs).catch((error: unknown) => error);

    it('gives what is young enough, without a load', async () => {
      const process = processOf();
      process.cache.set('key', 'held', { confirmedAt: clock.now() - 5_000 });
      expect(await within(process, 5_000)).toMatchObject({ data: 'held', age: 5_000 });
      expect(origin.calls).toBe(0);
    });

    it('loads what is older, fresh or not', async () => {
      const process = processOf();
      process.cache.set('key', 'held', { confirmedAt: clock.now() - 5_001 });
      const read = within(process, 5_000);
      await clock.advance(100);
      expect(await read).toMatchObject({ data: 'value 1', source: 'origin', isStale: false });
    });

    it('never widens: what the policy would not give is not given for a greater age', async () => {
      const process = processOf();
      process.cache.set('key', 'held', { confirmedAt: clock.now() - 800_000 });
      origin.answer = 'error';
      const read = within(process, 10_000_000);
      await clock.advance(100);
      expect(await read).toMatchObject({ code: 'too-stale' });
    });

    it('refuses where only what is older is to be had, and says how old that is', async () => {
      const process = processOf();
      process.cache.set('key', 'held', { confirmedAt: clock.now() - 5_001 });
      origin.answer = 'error';
      const read = within(process, 5_000);
      await clock.advance(100);
      expect(await read).toMatchObject({ code: 'too-stale', ageMs: 5_101 });
      expect(await byNow(within(process, 5_000))).toMatchObject({ code: 'too-stale' });
      expect(origin.calls).toBe(1);
    });

    it('refuses where what is loaded is older than what is held, and that is too old', async () => {
      const at = (version: number) => ({ asOf: { epoch: 'e1', version, changeId: `c${version}` } });
      const older = { load: async () => ({ value: 'v6', ...at(6) }) };
      const process = processOf({ origin: older, tiers: [], feed: new FakeChangeFeed() });
      process.cache.set('key', 'v7', { ...at(7), confirmedAt: clock.now() - 5_001 });
      expect(await within(process, 5_000)).toMatchObject({ code: 'too-stale', ageMs: 5_001 });
    });

    it('loads once where nothing is held, however young it is to be', async () => {
      const process = processOf();
      const read = within(process, 0);
      await clock.advance(100);
      expect(await read).toMatchObject({ data: 'value 1', age: 100 });
      expect(origin.calls).toBe(1);
    });

    it('does not take for young what another process loaded long ago, though it joins who does', async () => {
      await store(50_000);
      const process = processOf({ lock: new FakeLock(clock) });
      process.cache.set('key', 'older', { confirmedAt: clock.now() - 70_000 });
      process.reader.peek('key');
      const read = within(process, 1_000);
      await clock.advance(100);
      expect(await read).toMatchObject({ data: 'value 1', source: 'origin' });
    });
  });
});
