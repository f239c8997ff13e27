import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess, type ProcessOptions, type TierProcess } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosLock } from '../../testing/chaos-lock.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import type { Lock } from './lock.js';

const name = { kind: 'lock', namespace: 'n', key: 'key' } as const;

describe('one load for all processes, in trouble (CA-6)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, lock, tiers: [redis], random: Math.random, ...options });
  const processes = (count: number, options: Partial<ProcessOptions> = {}) =>
    Array.from({ length: count }, () => processOf(options));
  const read = ({ reader }: TierProcess) => reader.get('key').catch((error: unknown) => error);
  /** What a promise is by now. */
  const byNow = (promise: Promise<unknown>) =>
    Promise.race([promise, clock.advance(0).then(() => 'waiting')]);
  const expectNothingLeft = () => expect([clock.pending, lock.leases, lock.listeners]).toEqual([0, 0, 0]);

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 200);
  });

  describe('the holder is killed', () => {
    it.each([2_000, 5_000])(
      'one more load follows within the lock’s time (deadline %i ms)',
      async (hardTimeoutMs) => {
        const policy = { hardTimeoutMs };
        const dead = tierProcess({ clock, lock, tiers: [], policy, origin });
        const renewals = jest.spyOn(clock, 'after').mockReturnValue(() => undefined);
        void dead.reader.get('key');
        await clock.advance(0);
        renewals.mockRestore();
        expect([origin.calls, lock.leases]).toEqual([1, 1]);
        const leaseMs = hardTimeoutMs / 2;
        const reads = processes(8, { policy }).map(read);
        await clock.advance(leaseMs - 1);
        expect(origin.calls).toBe(1);
        await clock.advance(1_501 + origin.ms);
        expect(origin.calls).toBe(2);
        expect(await Promise.all(reads)).toMatchObject(
          Array.from({ length: 8 }, () => ({ data: 'value 2' })),
        );
      },
    );
  });

  describe('the holder’s origin fails', () => {
    it('nobody is stuck: the next one tries, one at a time, each process once', async () => {
      origin.answer = 'error';
      const group = processes(8);
      const reads = group.flatMap((process) => [read(process), read(process)]);
      await clock.advance(8 * 200);
      expect(await Promise.all(reads)).toMatchObject(
        Array.from({ length: 16 }, () => ({ code: 'unavailable' })),
      );
      expect([origin.calls, origin.most]).toEqual([8, 1]);
      await clock.advance(2_000);
      expectNothingLeft();
    });

    it('and answers again: the next one’s value is everybody’s', async () => {
      origin.answer = 'error';
      const reads = processes(8).map(read);
      await clock.advance(200);
      origin.answer = 'value';
      await clock.advance(200);
      const answers = await Promise.all(reads);
      expect(answers.filter((answer) => answer instanceof Error)).toHaveLength(1);
      expect(answers.filter((answer) => (answer as { data?: string }).data === 'value 2')).toHaveLength(7);
      expect(origin.calls).toBe(2);
    });
  });

  it('what another process loaded ends the trouble here too', async () => {
    const [failed, other] = processes(2);
    origin.answer = 'error';
    const first = read(failed!);
    await clock.advance(300);
    expect(await first).toMatchObject({ code: 'unavailable' });
    origin.answer = 'value';
    const second = read(other!);
    await clock.advance(100);
    const third = failed!.reader.get('key');
    await clock.advance(100);
    expect(await Promise.all([second, third])).toMatchObject([{ data: 'value 2' }, { data: 'value 2' }]);
    expect(failed!.reader.lastError('key')).toBeUndefined();
  });

  describe('the lock cannot be reached', () => {
    const troubles: [string, (chaos: Chaos) => void, number][] = [
      ['it says so at once', (chaos) => chaos.alwaysThrow(), 0],
      ['it says so after 50 ms', (chaos) => chaos.always({ kind: 'throw' }), 50],
      ['it never answers, in spite of its promise', (chaos) => chaos.alwaysHang(), 500],
    ];

    it.each(troubles)('%s: one load a process, and nobody waits any longer', async (_, befall, ms) => {
      const chaos = new Chaos(clock);
      befall(chaos);
      const late: Lock = {
        acquire: async (...of) => {
          if (ms === 50) await new Promise<void>((resolve) => void clock.after(50, resolve));
          return new ChaosLock(lock, chaos).acquire(...of);
        },
        wait: (of) => lock.wait(of),
      };
      const reads = processes(8, { lock: late, tiers: [] }).flatMap((process) =>
        Array.from({ length: 50 }, () => read(process)),
      );
      await clock.advance(ms + origin.ms);
      expect(await byNow(Promise.all(reads))).toMatchObject(
        Array.from({ length: 400 }, () => ({ source: 'origin', isStale: false })),
      );
      expect(origin.calls).toBe(8);
    });

    it('a lease that comes when nobody reckons with it any more is given back', async () => {
      const chaos = new Chaos(clock);
      chaos.always({ kind: 'late', ms: 700 });
      const process = processOf({ lock: new ChaosLock(lock, chaos) });
      const answer = read(process);
      await clock.advance(500 + origin.ms);
      expect(await answer).toMatchObject({ data: 'value 1' });
      expect(process.told('tier-failed')).toMatchObject([{ tier: 'redis', operation: 'lock' }]);
      expect(lock.leases).toBe(0);
      await clock.advance(1_000);
      expectNothingLeft();
    });

    it('Redis fails altogether: still one load a process', async () => {
      const chaos = new Chaos(clock);
      chaos.alwaysThrow();
      const group = processes(8, { lock: new ChaosLock(lock, chaos), tiers: [new ChaosTier(redis, chaos)] });
      const reads = group.flatMap((process) => Array.from({ length: 50 }, () => read(process)));
      await clock.advance(origin.ms);
      expect(await byNow(Promise.all(reads))).toMatchObject(
        Array.from({ length: 400 }, () => ({ source: 'origin' })),
      );
      expect(origin.calls).toBe(8);
    });
  });

  describe('past the longest wait', () => {
    const policy = { hardTimeoutMs: 20_000 };
    const held = async () => {
      const lease = await lock.acquire(name, 60_000);
      return lease!;
    };

    it('a stale value is served, where one is held', async () => {
      await held();
      const process = processOf({ policy: { ...policy, softTimeoutMs: 15_000 } });
      process.cache.set('key', 'old', { confirmedAt: clock.now() - 150_000 });
      const answer = read(process);
      await clock.advance(4_999);
      expect(await byNow(answer)).toBe('waiting');
      await clock.advance(1);
      expect(await answer).toMatchObject({ data: 'old', isStale: true });
      expect(origin.calls).toBe(0);
    });

    it.each([
      ['5 s', undefined, 5_000],
      ['what the namespace says', 12_000, 12_000],
      ['never more than the deadline of a load', 99_000, 20_000],
    ])('else an error that says when to ask again, and never one more call: %s', async (_, waitMs, ms) => {
      await held();
      const process = processOf({ policy, ...(waitMs && { waitMs }) });
      const answer = read(process);
      await clock.advance(ms - 1);
      expect(await byNow(answer)).toBe('waiting');
      await clock.advance(1);
      expect(await answer).toMatchObject({ code: 'unavailable', retryable: true });
      expect(((await answer) as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0);
      await clock.advance(30_000);
      expect(origin.calls).toBe(0);
      expect(lock.listeners).toBe(0);
    });
  });

  it('a load that was abandoned at its deadline asks for no lock and calls no origin later', async () => {
    const lease = (await lock.acquire(name, 60_000))!;
    const acquire = lock.acquire.bind(lock);
    const asked: number[] = [];
    jest.spyOn(lock, 'acquire').mockImplementation((...of) => {
      asked.push(clock.now());
      return acquire(...of);
    });
    const endsAt = clock.now() + 1_000;
    const answer = read(processOf({ policy: { hardTimeoutMs: 1_000 } }));
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ code: 'unavailable' });
    await lease.release();
    await clock.advance(60_000);
    expect(asked.filter((at) => at >= endsAt)).toEqual([]);
    expect(origin.calls).toBe(0);
    expectNothingLeft();
  });

  it('nor does one whose lock comes only then', async () => {
    const chaos = new Chaos(clock);
    chaos.alwaysDelay(1_500);
    const answer = read(
      processOf({ policy: { hardTimeoutMs: 100, softTimeoutMs: 0 }, lock: new ChaosLock(lock, chaos) }),
    );
    origin.ms = 1_000;
    await clock.advance(2_000);
    expect(await answer).toMatchObject({ code: 'unavailable' });
    expect(origin.calls).toBe(1);
    expectNothingLeft();
  });
});
