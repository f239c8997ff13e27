import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import type { AsOf } from '../coherence/as-of.js';

describe('what is promoted from a tier', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let disk: FakeTier;
  let origin: FakeOrigin<string>;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, feed, tiers: [disk], ...options });
  const put = (key: string, asOf: AsOf | null, scopes: string[] = ['a']) =>
    disk.entries.set(JSON.stringify(['n', key]), {
      value: 'stored',
      absent: false,
      message: null,
      asOf,
      scopes,
      confirmedAt: clock.wall(),
      storedAt: clock.wall(),
      maxAgeMs: null,
      schema: 1,
      left: [],
    });

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    disk = new FakeTier('disk');
    origin = new FakeOrigin('loaded');
    origin.hang();
  });

  describe('is fresh only if the log shows its change (CO-11)', () => {
    it('and then it is as good as what was loaded here', async () => {
      put('key', feed.change(['a']));
      const process = processOf();
      await process.catchUp();
      expect(await process.reader.get('key')).toMatchObject({
        isStale: false,
        reason: 'fresh',
        source: 'disk',
      });
    });

    it('and is superseded where a later change touched it, and not where it touched something else', async () => {
      put('key', feed.change(['a']));
      put('other', feed.asOf, ['c']);
      feed.change(['a', 'b']);
      const { cache, catchUp, mirrors } = processOf();
      await catchUp();
      await Promise.all([mirrors.find('key'), mirrors.find('other')]);
      expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
      expect(cache.peek('other')).toMatchObject({ isStale: false });
    });

    it('one of another change at that version is of a history that was lost', async () => {
      put('key', { ...feed.change(['b']), changeId: 'lost' });
      const { cache, catchUp, mirrors } = processOf();
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
    });

    it('one of another epoch is stale, whatever its version', async () => {
      put('key', { ...feed.change(['a']), epoch: 'e0', version: 99 });
      const { cache, catchUp, mirrors } = processOf();
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
    });

    it('one that is of no point at all is stale in a namespace that has a history', async () => {
      put('key', null);
      const { cache, catchUp, mirrors } = processOf();
      feed.change(['b']);
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ isStale: true });
    });

    it('one ahead of the polls is stale until they show its change, and never if they show another', async () => {
      feed.change(['b']);
      const [good, lost] = [processOf(), processOf()];
      await Promise.all([good.catchUp(), lost.catchUp()]);
      put('key', feed.change(['a']));
      await Promise.all([good.mirrors.find('key'), lost.mirrors.find('key')]);
      expect(good.cache.peek('key')).toMatchObject({ isStale: true });
      await good.catchUp();
      expect(good.cache.peek('key')).toMatchObject({ isStale: false, reason: 'fresh' });
      feed.restoreTo(1);
      feed.change(['b'], 'x');
      await lost.catchUp();
      expect(lost.cache.peek('key')).toMatchObject({ isStale: true });
    });

    it('at a cold start it is stale and says so; once its change is seen in the log it is fresh (CO-12)', async () => {
      put('key', feed.change(['a']));
      const { cache, catchUp, reader } = processOf({ policy: { softTimeoutMs: 0 } });
      expect(await reader.get('key')).toMatchObject({ data: 'stored', isStale: true, reason: 'cold-start' });
      await catchUp();
      expect(cache.peek('key')).toMatchObject({ isStale: false, reason: 'fresh', source: 'memory' });
    });

    it('in a namespace without a stream its age alone decides', async () => {
      put('key', feed.change(['a']));
      const { cache, mirrors } = tierProcess({ clock, origin, tiers: [disk] });
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ isStale: false });
    });
  });
});
