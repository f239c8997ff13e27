import { observingProcess, skewed } from '../../../test/support/observing-process.js';
import type { ProcessOptions } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { keyScope } from '../cache/cache-scopes.js';

describe('observations in several tiers', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let origin: FakeOrigin<string>;
  const processOf = (options: Partial<ProcessOptions> = {}) =>
    observingProcess({ clock, origin, tiers: [redis, disk], ...options });
  const put = (tier: FakeTier, value: string, ageMs: number, options: Partial<ProcessOptions> = {}) =>
    processOf({ ...options, tiers: [tier] }).reader.put('key', value, {
      confirmedAt: (options.clock ?? clock).now() - ageMs,
    });
  const heldIn = (tier: FakeTier) => [...tier.entries.values()].map(({ value }) => value);

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis', clock);
    disk = new FakeTier('disk', clock);
    origin = new FakeOrigin('loaded');
  });

  describe('that disagree (SI-6)', () => {
    it.each([
      ['Redis', 2_000, 1_000],
      ['the disk', 1_000, 2_000],
    ])(
      'resolve to the newest where %s is behind; it is told once and put right',
      async (_, ofRedis, ofDisk) => {
        const newest = ofRedis < ofDisk ? 'in Redis' : 'on disk';
        await put(redis, 'in Redis', ofRedis);
        await put(disk, 'on disk', ofDisk);
        const process = processOf();
        const reads = await Promise.all([process.reader.get('key'), process.reader.get('key')]);
        expect(reads).toMatchObject([{ data: newest, isStale: false }, { data: newest }]);
        expect(process.told('tiers-disagreed')).toEqual([{ type: 'tiers-disagreed', namespace: 'n' }]);
        await clock.advance(0);
        expect([...heldIn(redis), ...heldIn(disk)]).toEqual([newest, newest]);
        expect(origin.loads).toBe(0);
      },
    );

    it('agree from then on, however often they are looked into', async () => {
      await put(redis, 'newer', 1_000);
      await put(disk, 'older', 2_000);
      await processOf().mirrors.findAll('key');
      await clock.advance(500);
      const later = processOf();
      expect(await later.reader.get('key')).toMatchObject({ data: 'newer', age: 1_500 });
      expect(later.told('tiers-disagreed')).toEqual([]);
    });

    it('keep what was put right no longer than its time (SI-3)', async () => {
      await put(redis, 'newer', 50_000);
      await put(disk, 'older', 51_000);
      await processOf().mirrors.findAll('key');
      await clock.advance(9_999);
      expect([heldIn(redis), await disk.get('n', 'key')]).toMatchObject([['newer'], { value: 'newer' }]);
      await clock.advance(1);
      expect([await redis.get('n', 'key'), await disk.get('n', 'key')]).toEqual([null, null]);
    });

    it('resolve to what is current before what was observed later and marked since', async () => {
      const feed = new FakeChangeFeed();
      const process = processOf({ feed, tiers: [redis] });
      await process.catchUp();
      await process.reader.put('key', 'marked', { confirmedAt: clock.now() - 1_000 });
      feed.change([keyScope('n', 'key')]);
      const since = processOf({ feed, tiers: [disk] });
      await since.catchUp();
      await since.reader.put('key', 'since', { confirmedAt: clock.now() - 5_000 });
      const reading = processOf({ feed });
      await reading.catchUp();
      expect(await reading.reader.get('key')).toMatchObject({ data: 'since', isStale: false });
      await clock.advance(0);
      expect([...heldIn(redis), ...heldIn(disk)]).toEqual(['since', 'since']);
      expect(reading.told('tiers-disagreed')).toHaveLength(1);
    });

    it('are no disagreement where one holds nothing, or does not answer', async () => {
      await put(disk, 'on disk', 1_000);
      const process = processOf();
      expect(await process.reader.get('key')).toMatchObject({ data: 'on disk', source: 'disk' });
      const chaos = new Chaos(clock);
      chaos.alwaysThrow();
      const other = processOf({ tiers: [new ChaosTier(redis, chaos), disk] });
      expect(await other.reader.get('key')).toMatchObject({ data: 'on disk' });
      expect([...process.told('tiers-disagreed'), ...other.told('tiers-disagreed')]).toEqual([]);
    });

    it('are not given what a clock of tomorrow has written: without a countdown nobody could tell its age', async () => {
      await put(redis, 'of tomorrow', 0, { clock: skewed(clock, 86_400_000) });
      await put(disk, 'on disk', 1_000);
      const process = processOf();
      expect(await process.reader.get('key')).toMatchObject({ data: 'of tomorrow', isStale: false });
      await clock.advance(0);
      expect(heldIn(disk)).toEqual(['on disk']);
    });

    it('where versions count they are asked one after the other, and nothing is said', async () => {
      await put(redis, 'in Redis', 2_000);
      await put(disk, 'on disk', 1_000);
      const process = processOf({ newestBy: 'version' });
      expect(await process.reader.get('key')).toMatchObject({ data: 'in Redis', source: 'redis' });
      expect(process.told('tiers-disagreed')).toEqual([]);
    });
  });

  describe('read by a process whose clock is wrong (SI-3)', () => {
    it.each([-600_000, -30_000, -1, 0])(
      'are as old as Redis has counted, though its clock is %i ms off',
      async (byMs) => {
        await put(redis, 'seen', 20_000);
        await clock.advance(15_000);
        const { reader } = processOf({ clock: skewed(clock, byMs), tiers: [redis] });
        const answer = await reader.get('key');
        expect(answer).toMatchObject({ data: 'seen', isStale: false });
        expect(answer.age).toBeGreaterThanOrEqual(35_000);
        await clock.advance(25_000);
        expect(reader.peek('key')).toBeNull();
      },
    );

    it('are past their limit at the moment at which they are, however far the writer’s clock is ahead of it', async () => {
      await put(redis, 'seen', 20_000, { clock: skewed(clock, 40_000) });
      const late = processOf({ clock: skewed(clock, -40_000), tiers: [redis] });
      expect(await late.reader.get('key')).toMatchObject({ data: 'seen', age: 20_000 });
      await clock.advance(39_999);
      expect(late.reader.peek('key')).toMatchObject({ data: 'seen', isStale: false });
      await clock.advance(1);
      expect(late.reader.peek('key')).toBeNull();
    });

    it('are copies of one observation, however often they are looked at', async () => {
      await put(redis, 'seen', 20_000, { clock: skewed(clock, 600_000) });
      const { reader, mirrors, cache } = processOf({ tiers: [redis] });
      await reader.get('key');
      const held = cache.entry('key');
      // A look that takes its time tells an age that is a little more.
      const get = jest.spyOn(redis, 'get').mockImplementation(async (...asked) => {
        const entry = await FakeTier.prototype.get.apply(redis, asked);
        return entry && { ...entry, leftMs: entry.leftMs! + 5 };
      });
      await mirrors.findShared('key');
      expect(get).toHaveBeenCalled();
      expect(cache.entry('key')).toBe(held);
    });

    it('go by the shorter time that a value brought with it', async () => {
      const writer = processOf({ tiers: [redis] });
      await writer.reader.put('key', 'brief', { maxAgeMs: 10_000 });
      await clock.advance(9_000);
      const { reader } = processOf({ clock: skewed(clock, -600_000), tiers: [redis] });
      expect(await reader.get('key')).toMatchObject({ data: 'brief', isStale: false, age: 9_000 });
      await clock.advance(1_000);
      expect(reader.peek('key')).toBeNull();
    });

    it('go by the longest that a tier keeps anything, where that is less', async () => {
      const options = { tiers: [redis], maxTtlMs: 30_000 };
      await processOf(options).reader.put('key', 'seen', { confirmedAt: clock.now() });
      await clock.advance(20_000);
      const { reader } = processOf({ ...options, clock: skewed(clock, -600_000) });
      expect(await reader.get('key')).toMatchObject({ data: 'seen', age: 20_000 });
    });
  });

  it('an absence is one of them: it stands for as long as its time, counted down too', async () => {
    const writer = processOf({ tiers: [redis] });
    origin.answer({ absent: true, message: 'gone' });
    await writer.reader.get('key');
    await clock.advance(9_000);
    const { reader } = processOf({ clock: skewed(clock, -600_000), tiers: [redis] });
    expect(await reader.get('key')).toMatchObject({ absent: true, age: 9_000 });
    await clock.advance(1_000);
    expect(reader.peek('key')).toBeNull();
  });
});
