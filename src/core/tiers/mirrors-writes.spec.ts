import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

const minuteMs = 60_000;

describe('what memory takes is mirrored', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin: new FakeOrigin('loaded'), tiers: [redis, disk], ...options });
  const valuesOf = (tier: FakeTier) => [...tier.entries.values()].map(({ value }) => value);
  /** How long each tier is told to keep an entry of this age. */
  const ttlsOf = async (options: Partial<ProcessOptions>, ageMs = 0, absent = false) => {
    const sets = [jest.spyOn(redis, 'set'), jest.spyOn(disk, 'set')];
    const { cache, mirrors } = processOf(options);
    const facts = { confirmedAt: clock.now() - ageMs };
    await mirrors.mirror(absent ? cache.setAbsent('key', facts) : cache.set('key', 'v', facts));
    return sets.map((set) => set.mock.calls[0]?.[3].ttlMs);
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
  });

  describe('for as long as it can be of use', () => {
    it.each([
      ['the stale-if-error window is the longer one', minuteMs, 10 * minuteMs],
      ['the revalidate window is the longer one', 10 * minuteMs, minuteMs],
    ])('maxAge and the longer stale window, less its age: %s', async (_, swr, sie) => {
      const policy = { maxAgeMs: minuteMs, staleWhileRevalidateMs: swr, staleIfErrorMs: sie };
      expect(await ttlsOf({ policy }, 1_000)).toEqual([11 * minuteMs - 1_000, 11 * minuteMs - 1_000]);
    });

    it('at most the cap, without end where the policy has none', async () => {
      expect(await ttlsOf({ policy: { staleIfErrorMs: null }, maxTtlMs: 5_000 })).toEqual([5_000, 5_000]);
    });

    it('an absence only for as long as it is fresh', async () => {
      expect(await ttlsOf({ policy: { negativeMaxAgeMs: 10_000 } }, 1_000, true)).toEqual([9_000, 9_000]);
    });

    it('the last known good on disk for ever, in Redis as long as any other', async () => {
      expect(await ttlsOf({ pinned: true, maxTtlMs: 5_000 })).toEqual([5_000, null]);
    });

    it('not at all when it is past its last window', async () => {
      expect(await ttlsOf({}, 11 * minuteMs)).toEqual([undefined, undefined]);
    });
  });

  it('a maxAge of its own is told, the policy’s is not: whoever reads it has one', async () => {
    const { cache, mirrors } = processOf();
    await mirrors.mirror(cache.set('own', 'v', { maxAgeMs: 5_000 }));
    await mirrors.mirror(cache.set('usual', 'v'));
    expect([...redis.entries.values()].map(({ maxAgeMs }) => maxAgeMs)).toEqual([5_000, null]);
  });

  it('a value that is too large is in memory alone, and what it replaces is in no tier any more', async () => {
    const { cache, mirrors, reader } = processOf({ maxBytes: 1_000 });
    await mirrors.mirror(cache.set('key', 'small'));
    expect([valuesOf(redis), valuesOf(disk)]).toEqual([['small'], ['small']]);
    await mirrors.mirror(cache.set('key', 'x'.repeat(1_000)));
    expect([valuesOf(redis), valuesOf(disk)]).toEqual([[], []]);
    expect(await reader.get('key')).toMatchObject({ isStale: false, source: 'memory' });
  });

  it('an older value does not replace a newer one, however late it comes (CO-11)', async () => {
    const [one, other] = [processOf(), processOf()];
    const at = (version: number) => ({ asOf: { epoch: 'e1', version, changeId: `c${version}` } });
    const late = one.cache.set('key', 'v5', at(5));
    await other.mirrors.mirror(other.cache.set('key', 'v6', at(6)));
    await one.mirrors.mirror(late);
    expect(valuesOf(redis)).toEqual(['v6']);
  });

  describe('and nobody waits for that, or hears of it', () => {
    it.each(['alwaysThrow', 'alwaysHang'] as const)(
      'where every tier is in trouble (%s)',
      async (trouble) => {
        const chaos = new Chaos(clock);
        const tiers = [new ChaosTier(redis, chaos), new ChaosTier(disk, chaos)];
        const { reader } = processOf({ tiers, policy: { hardTimeoutMs: 2_000 } });
        const load = reader.refresh('key');
        chaos[trouble]();
        expect(await load).toMatchObject({ value: 'loaded' });
        await clock.advance(1_000);
      },
    );

    // Jest fails a test in which a rejection goes unhandled.
    it('where a tier throws at once, in spite of its promise to reject', async () => {
      const tier = new FakeTier();
      const thrown = () => {
        throw new Error('at once');
      };
      Object.assign(tier, { get: thrown, set: thrown, delete: thrown });
      const { reader, mirrors } = processOf({ tiers: [tier] });
      expect(await reader.get('key')).toMatchObject({ data: 'loaded' });
      await mirrors.delete('key');
    });

    it('where the codec does not know the value: that is told', async () => {
      const encode = () => {
        throw new TypeError('what is this?');
      };
      const codec = { schema: 1, encode, decode: () => 'v' };
      const { reader, told } = processOf({ tiers: [redis], codec });
      expect(await reader.refresh('key')).toMatchObject({ value: 'loaded' });
      await clock.advance(0);
      expect(told('tier-failed')).toEqual([
        { type: 'tier-failed', tier: 'redis', operation: 'set', error: new TypeError('what is this?') },
      ]);
    });
  });

  describe('and removed again', () => {
    it('by key, from every tier that can be reached', async () => {
      const chaos = new Chaos(clock);
      const { cache, mirrors } = processOf({ tiers: [new ChaosTier(redis, chaos), disk] });
      await mirrors.mirror(cache.set('key', 'v'));
      chaos.alwaysThrow();
      await mirrors.delete('key');
      expect([valuesOf(redis), valuesOf(disk)]).toEqual([['v'], []]);
    });

    it('by prefix', async () => {
      const { cache, mirrors } = processOf();
      await Promise.all(['a:1', 'a:2', 'b:1'].map((key) => mirrors.mirror(cache.set(key, key))));
      await mirrors.sweep({ prefix: 'a:' });
      expect([valuesOf(redis), valuesOf(disk)]).toEqual([['b:1'], ['b:1']]);
    });
  });
});
