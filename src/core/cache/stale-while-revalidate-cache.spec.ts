import { VirtualClock } from '../../testing/virtual-clock.js';
import { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import type { CacheOptions } from './cache-options.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy: Policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: 500,
  staleIfErrorMs: 2_000,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 100,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const year = 365 * 86_400_000;

describe('StaleWhileRevalidateCache', () => {
  let clock: VirtualClock;
  let cache: StaleWhileRevalidateCache<unknown>;

  const cacheWith = (options: Partial<CacheOptions<unknown>> = {}) =>
    new StaleWhileRevalidateCache<unknown>({ clock, policy, ...options });

  beforeEach(() => {
    clock = new VirtualClock();
    cache = cacheWith();
  });

  it('answers null for what it does not know', () => {
    expect(cache.get('key')).toBeNull();
    expect(cache.has('key')).toBe(false);
    expect(cache.entry('key')).toBeUndefined();
  });

  it('answers { data, isStale, age }, age in ms and growing', async () => {
    cache.set('key', 'value');
    expect(cache.get('key')).toMatchObject({ data: 'value', isStale: false, age: 0 });
    await clock.advance(999);
    expect(cache.get('key')).toMatchObject({ data: 'value', isStale: false, age: 999, reason: 'fresh' });
  });

  it('turns stale at maxAge and passes through every band, to the millisecond', async () => {
    cache.set('key', 'value');
    const after = async (ms: number) => {
      await clock.advance(ms);
      const { age, band, isStale } = cache.get('key')!;
      return [age, band, isStale];
    };
    expect(await after(999)).toEqual([999, 'fresh', false]);
    expect(await after(1)).toEqual([1_000, 'revalidate', true]);
    expect(await after(499)).toEqual([1_499, 'revalidate', true]);
    expect(await after(1)).toEqual([1_500, 'if-error', true]);
    expect(await after(1_499)).toEqual([2_999, 'if-error', true]);
    expect(await after(1)).toEqual([3_000, 'expired', true]);
  });

  it('never deletes by time: after a hundred years the value is there, and its age is true', async () => {
    cache.set('key', 'value');
    await clock.advance(100 * year);
    expect(cache.get('key')).toMatchObject({
      data: 'value',
      isStale: true,
      age: 100 * year,
      band: 'expired',
    });
    expect(cache.has('key')).toBe(true);
    expect(cache.size).toBe(1);
  });

  it('keeps no timers', () => {
    cache.set('key', 'value');
    expect(clock.pending).toBe(0);
  });

  it.each([0, '', false, null, undefined])('keeps %p as a value, fresh and stale (MC-12)', async (value) => {
    cache.set('key', value);
    expect(cache.get('key')).toMatchObject({ data: value, isStale: false, absent: false });
    await clock.advance(1_200);
    expect(cache.get('key')).toMatchObject({ data: value, isStale: true, absent: false });
  });

  it('freezes what it is given, all the way down, and hands out the same object', () => {
    const value = { row: { tags: ['a'] } };
    cache.set('key', value);
    expect(cache.get('key')!.data).toBe(value);
    expect(() => value.row.tags.push('b')).toThrow(TypeError);
  });

  it('is empty of a key after delete, and of all after clear', () => {
    cache.set('a', 1);
    cache.set('b', 2);
    expect([...cache.keys()]).toEqual(['a', 'b']);
    expect([cache.delete('a'), cache.delete('a'), cache.has('a')]).toEqual([true, false, false]);
    cache.clear();
    expect([cache.size, cache.get('b')]).toEqual([0, null]);
  });

  it('tells a key from another that begins with it', () => {
    cache.set('1', 'one');
    cache.set('10', 'ten');
    cache.delete('1');
    expect(cache.get('10')!.data).toBe('ten');
  });

  it("takes a value's own maxAge as it is, and spreads the policy's by its jitter", async () => {
    cache = cacheWith({ policy: { ...policy, jitter: 0.5 } });
    cache.set('own', 'value', { maxAgeMs: 10_000 });
    for (let i = 0; i < 100; i++) cache.set(`key-${i}`, i);
    await clock.advance(499);
    expect([...cache.keys()].filter((key) => cache.get(key)!.isStale)).toEqual([]);
    await clock.advance(251);
    const stale = [...cache.keys()].filter((key) => cache.get(key)!.isStale).length;
    expect(stale).toBeGreaterThan(20);
    expect(stale).toBeLessThan(80);
    await clock.advance(9_249);
    expect(cache.get('own')).toMatchObject({ isStale: false, age: 9_999 });
  });

  it('lets a value with an endless maxAge stay fresh', async () => {
    cache.set('key', 'value', { maxAgeMs: Number.POSITIVE_INFINITY });
    await clock.advance(year);
    expect(cache.get('key')).toMatchObject({ isStale: false, age: year });
  });

  it('counts the age from the confirmation it is told of', () => {
    cache.set('key', 'value', { confirmedAt: clock.now() - 1_700 });
    expect(cache.get('key')).toMatchObject({ isStale: true, age: 1_700, band: 'if-error' });
  });

  it('takes a confirmation in the future, told by another clock, for an age of maxAge (CO-14)', () => {
    cache.set('key', 'value', { confirmedAt: clock.now() + 3_600_000 });
    expect(cache.get('key')).toMatchObject({ isStale: true, age: 1_000, band: 'revalidate' });
  });

  it('does not let an older confirmation replace a newer one (CO-11)', () => {
    cache.set('key', 'new');
    cache.set('key', 'old', { confirmedAt: clock.now() - 1 });
    expect(cache.get('key')!.data).toBe('new');
  });

  describe('the authoritative "does not exist"', () => {
    it('is an answer of its own while fresh, and nothing after: it is never served stale', async () => {
      cache.setAbsent('key');
      expect(cache.get('key')).toMatchObject({
        absent: true,
        data: undefined,
        isStale: false,
        reason: 'fresh',
      });
      await clock.advance(99);
      expect(cache.get('key')).toMatchObject({ absent: true, age: 99 });
      await clock.advance(1);
      expect(cache.get('key')).toBeNull();
    });

    it('takes its own maxAge where it has one', async () => {
      cache.setAbsent('key', { maxAgeMs: 0 });
      expect(cache.get('key')).toBeNull();
      cache.setAbsent('key', { maxAgeMs: 5_000 });
      await clock.advance(4_999);
      expect(cache.get('key')).toMatchObject({ absent: true });
      await clock.advance(1);
      expect(cache.get('key')).toBeNull();
    });

    it('replaces a value, and is replaced by one', async () => {
      cache.set('key', 'value');
      cache.setAbsent('key');
      expect(cache.get('key')).toMatchObject({ absent: true });
      cache.set('key', 'again');
      expect(cache.get('key')).toMatchObject({ absent: false, data: 'again' });
    });
  });

  it('counts every get once: fresh, stale or not answered', async () => {
    cache.set('value', 1);
    cache.setAbsent('absent');
    cache.get('value');
    cache.get('absent');
    cache.get('unknown');
    await clock.advance(1_000);
    cache.get('value');
    cache.get('absent');
    expect([cache.freshHits, cache.staleHits, cache.misses]).toEqual([2, 1, 2]);
    cache.peek('value');
    cache.peek('unknown');
    expect([cache.freshHits, cache.staleHits, cache.misses]).toEqual([2, 1, 2]);
  });

  it('asks the clock once for a hit (CO-16)', () => {
    let calls = 0;
    const counting = { now: () => (calls++, 0), wall: () => 0, sync: () => 0, after: () => () => undefined };
    cache = cacheWith({ clock: counting, stream: new Stream('config') });
    cache.set('key', 'value');
    calls = 0;
    cache.get('key');
    expect(calls).toBe(1);
  });

  it('works over any map of the same shape, and lets it evict', () => {
    const entries = new (class extends Map {
      override set(key: string, value: unknown) {
        if (this.size >= 2) this.delete(this.keys().next().value);
        return super.set(key, value);
      }
    })();
    cache = cacheWith({ entries });
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    expect([cache.get('a'), cache.get('b')!.data, cache.get('c')!.data, cache.size]).toEqual([
      null,
      'b',
      'c',
      2,
    ]);
  });

  it('refuses a policy that cannot be meant when it is built, not when it is read', () => {
    expect(() => cacheWith({ policy: { ...policy, jitter: 2 } })).toThrow('jitter must be at most 1');
  });
});
