import { observingProcess } from '../../../test/support/observing-process.js';
import type { ProcessOptions } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('a value that is pushed, with word of what became of it (SI-6, SI-9)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  const origin = new FakeOrigin('loaded');
  const processOf = (options: Partial<ProcessOptions> = {}) =>
    observingProcess({ clock, origin, tiers: [redis, disk], ...options });
  const at = (ageMs: number) => ({ confirmedAt: clock.now() - ageMs });
  const outcomes = (tiers: ReadonlyMap<string, string>) => Object.fromEntries(tiers);

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis', clock);
    disk = new FakeTier('disk');
  });

  it('is in memory and in every tier', async () => {
    const { reader } = processOf();
    const { entry, tiers } = await reader.put('key', 'pushed', at(1_000));
    expect(entry).toMatchObject({ value: 'pushed', confirmedAt: clock.now() - 1_000 });
    expect(outcomes(tiers)).toEqual({ redis: 'stored', disk: 'stored' });
    expect(reader.peek('key')).toMatchObject({ data: 'pushed', age: 1_000, isStale: false });
    expect([redis.entries.size, disk.entries.size]).toEqual([1, 1]);
  });

  it('tells of a tier that did not take it, and of no tier that is switched off', async () => {
    const chaos = new Chaos(clock);
    chaos.alwaysThrow();
    const { reader, switches } = processOf({ tiers: [new ChaosTier(redis, chaos), disk] });
    expect(outcomes((await reader.put('key', 'one', at(1))).tiers)).toEqual({
      redis: 'failed',
      disk: 'stored',
    });
    switches.redis = false;
    expect(outcomes((await reader.put('key', 'two', at(0))).tiers)).toEqual({ disk: 'stored' });
  });

  it('tells where it is too large for a tier, and gives up what it replaces there', async () => {
    const { reader } = processOf({ maxBytes: 500, tiers: [redis] });
    await reader.put('key', 'small', at(1));
    const { tiers } = await reader.put('key', 'x'.repeat(1_000), at(0));
    expect(outcomes(tiers)).toEqual({ redis: 'too-large' });
    expect(redis.entries.size).toBe(0);
  });

  it('never takes the place of a later observation, here or in a tier', async () => {
    const [here, there] = [processOf(), processOf()];
    await there.reader.put('key', 'newer', at(1_000));
    const { tiers } = await here.reader.put('key', 'older', at(2_000));
    expect(outcomes(tiers)).toEqual({ redis: 'older', disk: 'older' });
    expect(here.reader.peek('key')).toMatchObject({ data: 'newer' });
    expect((await there.reader.put('key', 'oldest', at(3_000))).entry).toMatchObject({ value: 'newer' });
  });

  it('is kept by no tier where it is past its limit already', async () => {
    const { tiers } = await processOf().reader.put('key', 'late', at(60_000));
    expect(outcomes(tiers)).toEqual({ redis: 'older', disk: 'older' });
    expect([redis.entries.size, disk.entries.size]).toEqual([0, 0]);
  });

  it('is kept in memory alone, and says so, before any history is known: nobody else would believe it', async () => {
    const { reader } = processOf({ feed: new FakeChangeFeed() });
    const { tiers } = await reader.put('key', 'pushed', at(0));
    expect(outcomes(tiers)).toEqual({ redis: 'failed', disk: 'failed' });
    expect(redis.entries.size).toBe(0);
    expect(reader.peek('key')).toMatchObject({ data: 'pushed', isStale: false });
  });

  it('tells of a value that its codec does not know', async () => {
    const encode = () => {
      throw new TypeError('unknown');
    };
    const { reader, told } = processOf({ codec: { schema: 1, encode, decode: String } });
    expect(outcomes((await reader.put('key', 'odd')).tiers)).toEqual({ redis: 'failed', disk: 'failed' });
    expect(told('tier-failed')).toMatchObject([{ operation: 'set' }, { operation: 'set' }]);
  });

  it('is in memory where there are no tiers at all', async () => {
    const { reader } = processOf({ tiers: [] });
    expect((await reader.put('key', 'pushed')).tiers.size).toBe(0);
    expect(reader.peek('key')).toMatchObject({ data: 'pushed' });
  });
});
