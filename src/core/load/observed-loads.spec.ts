import { observingProcess } from '../../../test/support/observing-process.js';
import type { ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('a load of a value that was observed before it', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  const processOf = (options: Partial<ProcessOptions> = {}) =>
    observingProcess({ clock, origin, ...options });
  const observed = (value: string, ageMs: number) =>
    origin.answer({ value, confirmedAt: clock.now() - ageMs });

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('unused');
  });

  it('gives it the age of the observation (SI-3)', async () => {
    observed('seen', 45_000);
    const { reader } = processOf();
    expect(await reader.get('key')).toMatchObject({
      data: 'seen',
      age: 45_000,
      isStale: false,
      reason: 'fresh',
      source: 'origin',
    });
    await clock.advance(14_999);
    expect(await reader.get('key')).toMatchObject({ age: 59_999, isStale: false, source: 'memory' });
    expect(origin.loads).toBe(1);
  });

  it('takes a moment that is to come for the start of the load (SI-3)', async () => {
    observed('early', -4_000);
    expect(await processOf().reader.get('key')).toMatchObject({ data: 'early', age: 0, isStale: false });
  });

  it('answers with a stale value, never a fresh one, where it is past its maxAge already (SI-4)', async () => {
    observed('late', 60_000);
    const { reader } = processOf();
    expect(await reader.get('key')).toMatchObject({
      data: 'late',
      age: 60_000,
      isStale: true,
      band: 'expired',
    });
    observed('in time', 59_999);
    expect(await reader.get('key')).toMatchObject({ data: 'in time', isStale: false });
  });

  it('goes by the shorter maxAge that the value brings (SI-5)', async () => {
    origin.answer({ value: 'brief', confirmedAt: clock.now() - 1_000, maxAgeMs: 1_000 });
    const { reader } = processOf();
    expect(await reader.get('key')).toMatchObject({ isStale: true, band: 'expired' });
    origin.answer({ value: 'brief', confirmedAt: clock.now() - 999, maxAgeMs: 1_000 });
    expect(await reader.get('key')).toMatchObject({ isStale: false });
  });

  it('expires while it is on its way to who waits for it (SI-4)', async () => {
    const release = origin.hang();
    const read = processOf().reader.get('key');
    await clock.advance(1_500);
    release({ value: 'slow', confirmedAt: clock.now() - 60_000 });
    expect(await read).toMatchObject({ isStale: true, band: 'expired' });
  });

  it('still gives an answer where the policy keeps none for any time', async () => {
    const policy = { maxAgeMs: 0 };
    origin.answer({ value: 'now' });
    expect(await processOf({ policy }).reader.get('key')).toMatchObject({ data: 'now', isStale: false });
    observed('before', 1);
    expect(await processOf({ policy }).reader.get('key')).toMatchObject({ data: 'before', isStale: true });
  });

  it('does not take an old observation for a machine that was suspended (CO-14)', async () => {
    observed('seen', 50_000);
    const { reader } = processOf({ policy: { hardTimeoutMs: 1_000 } });
    expect(await reader.get('key')).toMatchObject({ isStale: false, age: 50_000 });
  });

  it('may say that there is nothing, as of an earlier moment', async () => {
    origin.answer({ absent: true, confirmedAt: clock.now() - 4_000 });
    const { reader } = processOf();
    expect(await reader.get('key')).toMatchObject({ absent: true, isStale: false });
    await clock.advance(6_000);
    origin.answer({ absent: true, confirmedAt: clock.now() - 10_000 });
    expect(await reader.get('key')).toMatchObject({ absent: true, isStale: true });
  });

  it('is not mirrored at its limit: nobody could use it (SI-3)', async () => {
    const redis = new FakeTier('redis', clock);
    const { reader } = processOf({ tiers: [redis] });
    observed('late', 60_000);
    await reader.get('key');
    observed('nearly', 59_999.5);
    await reader.get('key');
    await clock.advance(0);
    expect(redis.entries.size).toBe(0);
  });

  it('replaces what somebody marked stale before it began, though it was observed before that', async () => {
    const { reader, cache } = processOf();
    cache.set('key', 'marked');
    cache.invalidate('key');
    observed('seen', 5_000);
    expect(await reader.get('key')).toMatchObject({ data: 'seen', isStale: false });
    expect(await reader.get('key')).toMatchObject({ data: 'seen', isStale: false, source: 'memory' });
  });
});
