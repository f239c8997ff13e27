import { observingProcess } from '../../../test/support/observing-process.js';
import { SlowOrigin } from '../../../test/support/slow-origin.js';
import type { ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('a load ahead of the limit (SI-8)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  /** Holds a value of this age, as the tier does. */
  const processOf = (ageMs: number, options: Partial<ProcessOptions> = {}) => {
    const process = observingProcess({ clock, origin, lock, tiers: [redis], ...options });
    process.cache.set('key', 'held', { confirmedAt: clock.now() - ageMs });
    const refreshes = () => process.told('refresh').map(({ result }) => result);
    return { ...process, refreshes };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis', clock);
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 200);
  });

  it('replaces a value that is still fresh, and nobody waits for it', async () => {
    const { reader, refreshes } = processOf(48_000);
    reader.refreshAhead('key');
    expect(await reader.get('key')).toMatchObject({ data: 'held', reason: 'fresh', isStale: false });
    await clock.advance(200);
    expect(await reader.get('key')).toMatchObject({ data: 'value 1', source: 'memory', age: 200 });
    expect(refreshes()).toEqual(['started', 'succeeded']);
  });

  it('is not satisfied by what Redis has of the same observation, fresh as it is', async () => {
    const { reader, mirrors, cache } = processOf(48_000);
    await mirrors.mirror(cache.entry('key')!);
    reader.refreshAhead('key');
    await clock.advance(200);
    expect([origin.calls, cache.peek('key')?.data]).toEqual([1, 'value 1']);
  });

  it('is not satisfied by the copy in Redis that the value itself was taken from', async () => {
    const writer = processOf(48_000);
    await writer.mirrors.mirror(writer.cache.entry('key')!);
    await clock.advance(3);
    const { reader, cache } = observingProcess({ clock, origin, lock, tiers: [redis] });
    expect(await reader.get('key')).toMatchObject({ data: 'held', source: 'redis' });
    reader.refreshAhead('key');
    await clock.advance(200);
    expect([origin.calls, cache.peek('key')?.data]).toEqual([1, 'value 1']);
  });

  it('takes what another process loaded since, without a load', async () => {
    const other = processOf(5_000);
    await other.mirrors.mirror(other.cache.set('key', 'theirs', { confirmedAt: clock.now() - 2_000 }));
    const { reader, cache } = processOf(48_000);
    reader.refreshAhead('key');
    await clock.advance(0);
    expect([origin.calls, cache.peek('key')?.data]).toEqual([0, 'theirs']);
  });

  it('runs in one of all processes', async () => {
    const group = Array.from({ length: 5 }, () => processOf(48_000));
    for (const { reader } of group) reader.refreshAhead('key');
    await clock.advance(200);
    expect(origin.calls).toBe(1);
    expect(group.map(({ refreshes }) => `${refreshes().at(-1)}`).toSorted()).toEqual([
      ...Array<string>(4).fill('skipped'),
      'succeeded',
    ]);
    await clock.advance(1_000);
    for (const { reader } of group) reader.refreshAhead('key');
    await clock.advance(0);
    expect(group.filter(({ cache }) => cache.peek('key')?.data === 'value 1')).toHaveLength(5);
  });

  it('that fails leaves the value as fresh as it is, is tried again behind, and then left alone', async () => {
    origin.answer = 'error';
    const { reader, cache, refreshes } = processOf(30_000);
    reader.refreshAhead('key');
    await clock.advance(250);
    expect(await reader.get('key')).toMatchObject({ data: 'held', reason: 'fresh', isStale: false });
    expect(reader.describe('key')).toMatchObject({ reason: 'fresh' });
    await clock.advance(5_000);
    expect(refreshes().filter((result) => result === 'started')).toHaveLength(3);
    expect(cache.peek('key')).toMatchObject({ data: 'held', isStale: false });
  });

  it('does not start while the key is left alone, nor where it is loaded already', async () => {
    origin.answer = 'error';
    const { reader } = processOf(48_000);
    await Promise.all([reader.refresh('key').catch(() => undefined), clock.advance(200)]);
    expect(reader.retryInMs('key')).toBeGreaterThan(0);
    reader.refreshAhead('key');
    await clock.advance(0);
    expect(origin.calls).toBe(1);
    await clock.advance(reader.retryInMs('key'));
    origin.answer = 'value';
    reader.refreshAhead('key');
    reader.refreshAhead('key');
    await clock.advance(200);
    expect(origin.calls).toBe(2);
  });

  it('loads what is not held at all, and by itself where there is no lock', async () => {
    const { reader, cache } = observingProcess({ clock, origin, tiers: [redis] });
    reader.refreshAhead('key');
    await clock.advance(200);
    expect(cache.peek('key')).toMatchObject({ data: 'value 1' });
  });
});
