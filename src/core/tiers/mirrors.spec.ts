import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import type { StoredEntry } from './stored-entry.js';
import type { ValueCodec } from './value-codec.js';

const hourMs = 3_600_000;

describe('what the tiers beyond memory give', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let origin: FakeOrigin<string>;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, tiers: [redis, disk], ...options });
  const stored = (value: string, more: Partial<StoredEntry> = {}): StoredEntry => ({
    value,
    absent: false,
    message: null,
    asOf: null,
    scopes: [],
    confirmedAt: clock.wall(),
    storedAt: clock.wall(),
    maxAgeMs: null,
    schema: 1,
    left: [],
    ...more,
  });
  const put = (tier: FakeTier, value: string, more?: Partial<StoredEntry>) =>
    tier.entries.set(JSON.stringify(['n', 'key']), stored(value, more));

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
    origin = new FakeOrigin('loaded');
  });

  describe('is asked for in order', () => {
    it('memory first: no tier is asked for what is held', async () => {
      const { cache, reader } = processOf();
      cache.set('key', 'held');
      expect(await reader.get('key')).toMatchObject({ data: 'held', source: 'memory' });
      expect([redis.calls, disk.calls, origin.loads]).toEqual([0, 0, 0]);
    });

    it('then Redis, and what it holds is in memory from then on', async () => {
      put(redis, 'from Redis');
      put(disk, 'from disk');
      const { reader } = processOf();
      expect(await reader.get('key')).toMatchObject({ data: 'from Redis', source: 'redis', isStale: false });
      expect(await reader.get('key')).toMatchObject({ data: 'from Redis', source: 'memory' });
      expect([redis.calls, disk.calls, origin.loads]).toEqual([1, 0, 0]);
    });

    it('then the disk', async () => {
      put(disk, 'from disk');
      expect(await processOf().reader.get('key')).toMatchObject({ data: 'from disk', source: 'disk' });
      expect(origin.loads).toBe(0);
    });

    it('then the origin, and what it answers is mirrored to all of them', async () => {
      expect(await processOf().reader.get('key')).toMatchObject({ data: 'loaded', source: 'origin' });
      await clock.advance(0);
      expect([...redis.entries.values(), ...disk.entries.values()]).toMatchObject([
        { value: 'loaded', absent: false, confirmedAt: clock.wall() },
        { value: 'loaded', absent: false, confirmedAt: clock.wall() },
      ]);
    });

    it('a tier that fails is passed over, and no reader hears of it', async () => {
      const chaos = new Chaos(clock);
      chaos.alwaysThrow();
      put(disk, 'from disk');
      const { reader } = processOf({ tiers: [new ChaosTier(redis, chaos), disk] });
      expect(await reader.get('key')).toMatchObject({ data: 'from disk', source: 'disk' });
    });

    it('of all at once the best is promoted (findAll)', async () => {
      put(redis, 'older', { confirmedAt: clock.wall() - 2_000 });
      put(disk, 'newer', { confirmedAt: clock.wall() - 1_000 });
      const { cache, mirrors } = processOf();
      await mirrors.findAll('key');
      expect(cache.peek('key')).toMatchObject({ data: 'newer' });
    });
  });

  it('is asked for once by all callers of a key, however many, and again by later ones', async () => {
    put(redis, 'from Redis');
    const { cache, reader } = processOf();
    const reads = await Promise.all(Array.from({ length: 100 }, () => reader.get('key')));
    expect(reads.every(({ source }) => source === 'redis')).toBe(true);
    expect(redis.calls).toBe(1);
    cache.clear();
    await reader.get('key');
    expect(redis.calls).toBe(2);
  });

  describe('keeps its moments (CO-14)', () => {
    it('its age right after promotion is what it was', async () => {
      put(redis, 'v', { confirmedAt: clock.wall() - 40_000 });
      const { reader } = processOf();
      expect(await reader.get('key')).toMatchObject({ age: 40_000, isStale: false });
      await clock.advance(20_000);
      origin.hang();
      expect(await reader.get('key')).toMatchObject({ age: 60_000, isStale: true, reason: 'revalidating' });
    });

    it('one with a maxAge of its own keeps that', async () => {
      put(redis, 'v', { confirmedAt: clock.wall() - 5_000, maxAgeMs: 5_001 });
      const { reader } = processOf();
      expect(await reader.get('key')).toMatchObject({ isStale: false });
      await clock.advance(1);
      expect(await reader.get('key')).toMatchObject({ isStale: true });
    });

    it('a confirmation in the future counts as an age of maxAge', async () => {
      put(redis, 'v', { confirmedAt: clock.wall() + 1 });
      origin.hang();
      expect(await processOf().reader.get('key')).toMatchObject({ data: 'v', age: 60_000, isStale: true });
    });

    it.each([-hourMs, hourMs])('a wall clock that is set by %i ms makes nothing younger', async (step) => {
      const { cache, mirrors, reader } = processOf();
      await reader.get('key');
      await clock.advance(70_000);
      cache.clear();
      clock.stepWall(step);
      await mirrors.find('key');
      const { age, isStale } = cache.peek('key')!;
      expect(isStale).toBe(true);
      expect(age).toBeGreaterThanOrEqual(70_000);
    });

    it('the copy of what is held does not take its place, whatever became of the wall clock', async () => {
      const { cache, mirrors, reader } = processOf();
      await reader.get('key');
      const held = cache.entry('key');
      await clock.advance(70_000);
      clock.stepWall(-hourMs);
      await mirrors.findShared('key');
      expect(cache.entry('key')).toBe(held);
      expect(cache.peek('key')).toMatchObject({ age: 70_000, isStale: true });
    });
  });

  describe('is taken only as far as it can be read', () => {
    const codec: ValueCodec<string> = {
      schema: 2,
      encode: (value) => ({ value }),
      decode: (json, schema) => {
        const { value } = json as { value?: unknown };
        if (schema === 2 && typeof value !== 'string') throw new TypeError('no value');
        return schema === 1 ? `${String(json)} of old` : (value as string);
      },
    };

    it('a value of an older schema is read by its codec', async () => {
      put(redis, 'v');
      expect(await processOf({ codec }).reader.get('key')).toMatchObject({ data: 'v of old' });
    });

    it('one of a later schema is a miss and stays, for the processes that know it', async () => {
      put(redis, 'v', { schema: 3 });
      const { mirrors } = processOf({ codec });
      expect(await mirrors.find('key')).toBeNull();
      await clock.advance(0);
      expect(redis.entries.size).toBe(1);
    });

    it('one that cannot be decoded is a miss, deleted and reported', async () => {
      put(redis, 'no object', { schema: 2 });
      const { mirrors, told } = processOf({ codec });
      expect(await mirrors.find('key')).toBeNull();
      await clock.advance(0);
      expect(redis.entries.size).toBe(0);
      expect(told('entry-corrupt')).toEqual([
        { type: 'entry-corrupt', tier: 'redis', namespace: 'n', fault: 'schema' },
      ]);
    });

    it('one that a codec makes nothing of is no absence', async () => {
      put(redis, 'v');
      const { mirrors, told } = processOf({ codec: { ...codec, decode: () => undefined as never } });
      expect(await mirrors.find('key')).toBeNull();
      expect(told('entry-corrupt')).toHaveLength(1);
    });
  });

  it('tells of each look that was answered, hit or miss', async () => {
    put(disk, 'from disk');
    const { mirrors, told } = processOf();
    await mirrors.find('key');
    expect(told('tier-read')).toEqual([
      { type: 'tier-read', tier: 'redis', namespace: 'n', isHit: false, durationMs: 0 },
      { type: 'tier-read', tier: 'disk', namespace: 'n', isHit: true, durationMs: 0 },
    ]);
  });

  it('is served where memory has no room to keep it', async () => {
    put(redis, 'too much');
    const { cache, reader } = processOf();
    jest.spyOn(cache, 'peek').mockReturnValue(null);
    expect(await reader.get('key')).toMatchObject({ data: 'too much', source: 'redis' });
    expect(origin.loads).toBe(0);
  });
});
