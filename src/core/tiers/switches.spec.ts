import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierPolicy, tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('what a namespace is like with one of its switches off, while it serves (CA-3)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, lock, tiers: [redis, disk], ...options });
  type Process = ReturnType<typeof processOf>;
  const read = async ({ reader }: Process, withinMs = 2_000) => {
    const answer = reader.get('key').catch((error: unknown) => error);
    await clock.advance(withinMs);
    return answer;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 100);
  });

  it('redis: it neither reads Redis nor writes to it, and asks it for no lock; the disk serves on', async () => {
    await read(processOf());
    const process = processOf();
    process.switches.redis = false;
    const [calls, acquire] = [redis.calls, jest.spyOn(lock, 'acquire')];
    expect(await read(process)).toMatchObject({ data: 'value 1', source: 'disk' });
    process.cache.clear();
    disk.entries.clear();
    expect(await read(process)).toMatchObject({ data: 'value 2', source: 'origin' });
    expect(redis.calls).toBe(calls);
    expect(acquire).not.toHaveBeenCalled();
    process.switches.redis = true;
    process.cache.clear();
    expect(await read(process)).toMatchObject({ data: 'value 1', source: 'redis' });
  });

  it('redis: what is removed meanwhile is removed there too, or it would be back with the switch', async () => {
    const process = processOf();
    await read(process);
    process.switches.redis = false;
    await process.mirrors.delete('key');
    expect(redis.entries.size).toBe(0);
  });

  describe('staleWhileRevalidate: a value past its maxAge is loaded before it is answered', () => {
    const off = () => {
      const process = processOf();
      process.switches.staleWhileRevalidate = false;
      return process;
    };
    it.each([
      ['to be revalidated', 70_000],
      ['past that', 130_000],
    ])('where it is %s', async (_, ageMs) => {
      const process = off();
      process.cache.set('key', 'old', { confirmedAt: clock.now() - ageMs });
      expect(process.reader.peek('key')).toBeNull();
      origin.ms = 1_900;
      expect(await read(process)).toMatchObject({ data: 'value 1', isStale: false, source: 'origin' });
    });

    it.each([
      ['fails', 100],
      ['takes longer than its deadline', 5_000],
    ])('and served stale only where that %s', async (_, ms) => {
      const process = off();
      process.cache.set('key', 'old', { confirmedAt: clock.now() - 70_000 });
      Object.assign(origin, { answer: 'error', ms });
      expect(await read(process)).toMatchObject({ data: 'old', isStale: true });
    });

    it('what is fresh is served as ever', async () => {
      const process = off();
      process.cache.set('key', 'held');
      expect(process.reader.peek('key')).toMatchObject({ data: 'held', isStale: false });
    });

    it('on again it is served at once, and refreshed behind', async () => {
      const process = off();
      process.cache.set('key', 'old', { confirmedAt: clock.now() - 70_000 });
      process.switches.staleWhileRevalidate = true;
      expect(process.reader.peek('key')).toMatchObject({ data: 'old', isStale: true });
    });
  });

  it('stampedeProtection: loads of a key are one at a time in each process, not in all together', async () => {
    const group = Array.from({ length: 3 }, () => processOf());
    for (const { switches } of group) switches.stampedeProtection = false;
    const acquire = jest.spyOn(lock, 'acquire');
    const reads = await Promise.all(group.flatMap((each) => [each.reader.get('key'), read(each)]));
    expect(reads).toHaveLength(6);
    expect([origin.calls, acquire.mock.calls.length]).toEqual([3, 0]);
    expect(redis.entries.size).toBe(1);
    for (const { cache, switches } of group) {
      cache.clear();
      switches.stampedeProtection = true;
    }
    redis.entries.clear();
    disk.entries.clear();
    await Promise.all(group.map((each) => read(each)));
    expect(origin.calls).toBe(4);
  });

  describe('negativeResults: an authoritative "does not exist" is answered and not kept', () => {
    it('neither in memory nor in a tier, and what it replaces is gone as well', async () => {
      const process = processOf();
      await read(process);
      process.switches.negativeResults = false;
      origin.answer = 'absent';
      process.reader.refresh('key').catch(() => undefined);
      await clock.advance(100);
      expect([redis.entries.size, disk.entries.size]).toEqual([0, 0]);
      expect(await read(process)).toMatchObject({ absent: true, isStale: false, source: 'origin' });
      expect(origin.calls).toBe(3);
    });

    it('and one that a tier keeps from before is not taken from it', async () => {
      origin.answer = 'absent';
      await read(processOf());
      expect(redis.entries.size).toBe(1);
      const process = processOf();
      process.switches.negativeResults = false;
      origin.answer = 'value';
      expect(await read(process)).toMatchObject({ data: 'value 2' });
    });
  });

  describe('another policy at run time', () => {
    it('holds for what is held too, but not for a maxAge that a value brought with it', () => {
      const { cache, reader } = processOf();
      cache.set('key', 'usual');
      cache.set('own', 'own', { maxAgeMs: 50_000 });
      const policy = { ...tierPolicy, maxAgeMs: 0 };
      cache.usePolicy(policy);
      expect(reader.describe('key')).toMatchObject({ isStale: true, band: 'revalidate' });
      expect(reader.describe('own')).toMatchObject({ isStale: false });
      cache.usePolicy({ ...policy, maxAgeMs: 1_000 });
      expect(reader.describe('key')).toMatchObject({ isStale: false });
    });

    it('its stale windows and its deadline hold from the next read on', async () => {
      const process = processOf();
      process.cache.set('key', 'old', { confirmedAt: clock.now() - 70_000 });
      const windows = { staleWhileRevalidateMs: 0, staleIfErrorMs: 0, hardTimeoutMs: 500 };
      process.cache.usePolicy({ ...tierPolicy, ...windows });
      origin.ms = 600;
      const answer = process.reader.get('key').catch((error: unknown) => error);
      await clock.advance(500);
      expect(await answer).toMatchObject({ code: 'too-stale' });
    });

    it('one that cannot be meant is refused, and the old one stays', () => {
      const { cache } = processOf();
      const before = cache.policy;
      expect(() => cache.usePolicy({ ...tierPolicy, jitter: 2 })).toThrow(RangeError);
      expect(cache.policy).toBe(before);
    });
  });
});
