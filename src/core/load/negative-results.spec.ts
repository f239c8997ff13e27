import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('the authoritative word that there is no such value (CA-8)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let origin: FakeOrigin<string>;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, tiers: [redis], ...options });
  const inRedis = () => [...redis.entries.values()];

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    origin = new FakeOrigin('loaded');
    origin.answer({ absent: true, message: 'no book 7' });
  });

  it('is kept with what the origin said and when, for its own maxAge', async () => {
    const { cache, reader } = processOf();
    const startedAt = clock.now();
    expect(await reader.get('key')).toMatchObject({ absent: true, isStale: false, data: undefined });
    expect(cache.entry('key')).toMatchObject({ message: 'no book 7', confirmedAt: startedAt });
    await clock.advance(9_999);
    expect(await reader.get('key')).toMatchObject({ absent: true, age: 9_999 });
    expect(origin.loads).toBe(1);
    await clock.advance(1);
    await reader.get('key');
    expect(origin.loads).toBe(2);
  });

  it('is one load for all who ask at once', async () => {
    const { reader } = processOf();
    await Promise.all(Array.from({ length: 100 }, () => reader.get('key')));
    expect(origin.loads).toBe(1);
  });

  it('is told to other processes, with its age and message', async () => {
    await processOf().reader.get('key');
    await clock.advance(4_000);
    const { cache, reader } = processOf();
    expect(await reader.get('key')).toMatchObject({ absent: true, source: 'redis', age: 4_000 });
    expect(cache.entry('key')!.message).toBe('no book 7');
    expect(origin.loads).toBe(1);
  });

  it('takes the place of what was there, in every tier', async () => {
    origin.answer({ value: 'v' });
    const { reader } = processOf();
    await reader.get('key');
    origin.answer({ absent: true });
    await reader.refresh('key');
    await clock.advance(0);
    expect(inRedis()).toMatchObject([{ absent: true, value: null }]);
  });

  it('is never served stale, from no tier: with the origin down it is unavailable (mistake 1)', async () => {
    await processOf().reader.get('key');
    await clock.advance(10_000);
    origin.fail(new Error('down'));
    await expect(processOf().reader.get('key')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['a timeout', () => origin.hang()],
    ['an error', () => origin.fail(new Error('503'))],
  ])('is never concluded from %s', async (_, befall) => {
    befall();
    const { cache, reader } = processOf();
    const read = reader.get('key').catch((error: unknown) => error);
    await clock.advance(2_000);
    expect(await read).toMatchObject({ code: 'unavailable' });
    expect([cache.has('key'), inRedis()]).toEqual([false, []]);
  });

  it('that is kept no moment is not left to be contradicted by what a tier still holds', async () => {
    origin.answer({ value: 'v' });
    const { reader } = processOf({ policy: { negativeMaxAgeMs: 0 } });
    await reader.get('key');
    origin.answer({ absent: true });
    await reader.refresh('key');
    await clock.advance(0);
    expect(inRedis()).toEqual([]);
  });
});
