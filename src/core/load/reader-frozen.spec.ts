import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess } from '../../../test/support/tier-process.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

const longMs = 10 * 86_400_000;

describe('a reader of a frozen cache', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let origin: SlowOrigin;
  let process: ReturnType<typeof processOf>;

  const processOf = () => tierProcess({ clock, origin, tiers: [redis, disk] });
  const get = async (key = 'key') => {
    const read = process.reader.get(key);
    await clock.advance(1_000);
    return read;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
    origin = new SlowOrigin(clock, 100);
    process = processOf();
  });

  it('serves what is held past its last window, as stale as it is, and asks nobody (OP-13)', async () => {
    process.reader.set('key', 'held');
    process.cache.freeze.begin();
    expect(await get()).toMatchObject({ data: 'held', isStale: false, reason: 'frozen', source: 'memory' });
    await clock.advance(longMs);
    expect(process.reader.peek('key')).toMatchObject({ data: 'held', isStale: true, reason: 'frozen' });
    expect((await get()).age).toBeGreaterThanOrEqual(longMs);
    process.reader.refreshAhead('key');
    expect((await process.reader.refresh('key')).value).toBe('held');
    expect(origin.calls).toBe(0);
  });

  it('loads what is not held, once, and holds that (OP-13)', async () => {
    process.cache.freeze.begin();
    expect(await get('new')).toMatchObject({ source: 'origin', reason: 'frozen', isStale: false });
    await clock.advance(longMs);
    expect(await get('new')).toMatchObject({ source: 'memory', reason: 'frozen', isStale: true });
    expect(origin.calls).toBe(1);
  });

  it('refuses a write to what is held, and takes one to what is not (OP-13)', async () => {
    process.reader.set('key', 'held');
    process.cache.freeze.begin();
    expect(() => process.reader.set('key', 'written')).toThrow('"n" is frozen');
    await expect(process.reader.put('key', 'written')).rejects.toMatchObject({ code: 'namespace-frozen' });
    await process.reader.put('other', 'written');
    expect((await get('other')).data).toBe('written');
    expect((await get()).data).toBe('held');
  });

  it('keeps what is held from a load that was under way (OP-13)', async () => {
    process.reader.set('key', 'held');
    const load = process.reader.refresh('key');
    process.cache.freeze.begin();
    await clock.advance(1_000);
    expect((await load).value).toBe('held');
    expect((await get()).data).toBe('held');
  });

  it('only labels what is marked stale, and refuses at once who asks for more than is held (OP-13)', async () => {
    process.reader.set('key', 'held');
    process.cache.freeze.begin();
    expect(process.cache.invalidate('key')).toBe(true);
    expect(await get()).toMatchObject({ data: 'held', isStale: true, reason: 'frozen' });
    await clock.advance(5_000);
    await expect(process.reader.getWithin('key', 10)).rejects.toMatchObject({ code: 'too-stale' });
    await expect(process.reader.getAtLeast('key', { epoch: 'e', version: 7 })).rejects.toMatchObject({
      code: 'version-not-reached',
    });
    expect(origin.calls).toBe(0);
  });

  it('begins with what its own disk holds, not with what others stored since in Redis (OP-13)', async () => {
    const other = tierProcess({ clock, origin, tiers: [disk] });
    await other.mirrors.mirror(other.cache.set('key', 'frozen then'));
    await clock.advance(1_000);
    const later = tierProcess({ clock, origin, tiers: [redis] });
    await later.mirrors.mirror(later.cache.set('key', 'newer'));
    process.cache.freeze.begin();
    expect(await get()).toMatchObject({ data: 'frozen then', reason: 'frozen', source: 'disk' });
    expect((await get()).data).toBe('frozen then');
  });

  it("serves an operator's value in the place of a newer one, and gives it to no tier (OP-13)", async () => {
    await process.reader.put('key', 'held');
    process.cache.freeze.begin();
    const entry = process.cache.impose('key', 'by hand');
    expect(await get()).toMatchObject({
      data: 'by hand',
      isStale: true,
      reason: 'frozen',
      source: 'operator',
    });
    expect((await process.mirrors.store(entry)).size).toBe(0);
    const stored = [...redis.entries.values(), ...disk.entries.values()].map(({ value }) => value);
    expect(stored).toEqual(['held', 'held']);
    process.cache.impose('key', 'by another hand');
    expect((await get()).data).toBe('by another hand');
    process.cache.freeze.end();
    expect(process.cache.peek('key')).toMatchObject({ data: 'held', source: 'memory', reason: 'fresh' });
  });

  it("keeps an operator's value where nothing was held before, until anything else comes (OP-13)", async () => {
    process.cache.freeze.begin();
    process.cache.impose('key', 'by hand', { asOf: { epoch: 'e', version: 9_999, changeId: 'c' } });
    process.cache.freeze.end();
    expect(process.cache.peek('key')).toMatchObject({
      data: 'by hand',
      source: 'operator',
      reason: 'invalidated',
    });
    process.reader.set('key', 'from the origin');
    expect(process.cache.peek('key')).toMatchObject({ data: 'from the origin', source: 'memory' });
  });
});
