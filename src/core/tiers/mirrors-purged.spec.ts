import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { keyScope, namespaceScope, prefixScope } from '../cache/cache-scopes.js';
import type { AsOf } from '../coherence/as-of.js';

describe('what a tier holds and nobody may be given', () => {
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
  const holds = (key: string) => disk.entries.has(JSON.stringify(['n', key]));

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    disk = new FakeTier('disk');
    origin = new FakeOrigin('loaded');
    origin.hang();
  });

  describe('does not exist once it was purged (CO-13)', () => {
    it.each([
      ['by key', keyScope('n', 'book:1:page')],
      ['by prefix', prefixScope('n', 'book:1:')],
      ['by a longer prefix of the same', prefixScope('n', 'book:')],
      ['by namespace', namespaceScope('n')],
      ['by a tag of its own', 'a'],
    ])('%s, and is deleted where it was found', async (_, scope) => {
      put('book:1:page', feed.change(['a']));
      feed.purge([scope]);
      const { catchUp, mirrors, cache } = processOf();
      await catchUp();
      expect(await mirrors.find('book:1:page')).toBeNull();
      await clock.advance(0);
      expect([cache.has('book:1:page'), holds('book:1:page')]).toEqual([false, false]);
    });

    it.each([
      [
        'id 1 never touches 10 or 100',
        prefixScope('n', 'book:1:'),
        ['book:10:page', 'book:100:page', 'book:1'],
      ],
      ['a key is not its prefix', keyScope('n', 'book:1'), ['book:1:page', 'book:10']],
      ['another namespace of a like name is another', namespaceScope('nn'), ['book:1:page']],
    ])('%s (mistake 10)', async (_, scope, keys) => {
      const asOf = feed.change(['a']);
      for (const key of keys) put(key, asOf);
      feed.purge([scope]);
      const { catchUp, mirrors } = processOf();
      await catchUp();
      for (const key of keys) expect(await mirrors.find(key)).not.toBeNull();
      expect(keys.every(holds)).toBe(true);
    });

    it('while it is held: memory drops it with the poll that tells', async () => {
      put('key', feed.change(['a']));
      const { catchUp, mirrors, cache } = processOf();
      await catchUp();
      await mirrors.find('key');
      feed.purge(['a']);
      await catchUp();
      expect(cache.has('key')).toBe(false);
    });

    it('also where it was promoted at a cold start, before anybody could tell', async () => {
      put('key', feed.change(['a']));
      feed.purge(['a']);
      const { catchUp, mirrors, cache } = processOf();
      await mirrors.find('key');
      expect(cache.has('key')).toBe(true);
      await catchUp();
      expect(cache.has('key')).toBe(false);
    });

    it('in the very moment of being found: then it is loaded', async () => {
      put('key', feed.change(['a']));
      const { catchUp, mirrors, reader } = processOf();
      await catchUp();
      const find = mirrors.find.bind(mirrors);
      jest.spyOn(mirrors, 'find').mockImplementation(async (key) => {
        const found = await find(key);
        feed.purge(['a']);
        await catchUp();
        return found;
      });
      origin.answer({ value: 'loaded', asOf: { ...feed.asOf, version: 2, changeId: 'p2' } });
      expect(await reader.get('key')).toMatchObject({ data: 'loaded', source: 'origin' });
    });

    it('also where it was read in an epoch before the purge', async () => {
      put('key', { ...feed.change(['a']), epoch: 'e0', version: 99 });
      feed.purge(['a']);
      const { catchUp, mirrors } = processOf();
      await catchUp();
      expect(await mirrors.find('key')).toBeNull();
    });

    it('what was read at the purge or after it is there', async () => {
      put('key', feed.purge(['a']));
      const { catchUp, mirrors, cache } = processOf();
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ data: 'stored', isStale: false });
    });

    it('a pinned value stays, stale, until another one is loaded', async () => {
      put('key', feed.change(['a']));
      feed.purge(['a']);
      feed.trim(2);
      const { catchUp, mirrors, cache } = processOf({ pinned: true });
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ data: 'stored', isStale: true, reason: 'invalidated' });
      expect(holds('key')).toBe(true);
    });
  });

  describe('from before the log begins does not exist: a purge of it may be forgotten (CO-13)', () => {
    const trimmed = (epoch = 'e1') => {
      put('key', { ...feed.change(['a']), epoch });
      feed.purge(['a']);
      feed.change(['b']);
      feed.trim(2);
    };

    it.each(['e1', 'e0'])('nor if it is of epoch %s, where the present one is e1', async (epoch) => {
      trimmed(epoch);
      const { catchUp, mirrors } = processOf();
      await catchUp();
      expect(await mirrors.find('key')).toBeNull();
      await clock.advance(0);
      expect(holds('key')).toBe(false);
    });

    it('also where it was promoted at a cold start', async () => {
      trimmed();
      const { catchUp, mirrors, cache } = processOf();
      await mirrors.find('key');
      await catchUp();
      expect(cache.has('key')).toBe(false);
    });

    it('but what this process was told of all along stays when the log is trimmed', async () => {
      put('key', feed.change(['a']));
      const { catchUp, mirrors, cache } = processOf();
      await catchUp();
      await mirrors.find('key');
      expect(cache.peek('key')).toMatchObject({ isStale: false });
      feed.change(['b']);
      await catchUp();
      feed.trim(2);
      await catchUp();
      expect(cache.peek('key')).toMatchObject({ data: 'stored', isStale: false });
    });
  });

  describe('was on its way to a tier when it was purged (CO-13)', () => {
    /** The disk holds what it is given only once `land` is called. */
    const late = () => {
      let land: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (land = resolve));
      const set = disk.set.bind(disk);
      jest.spyOn(disk, 'set').mockImplementation(async (...given) => {
        await gate;
        return set(...given);
      });
      return () => land();
    };

    it.each([
      ['purged', true],
      ['changed', false],
    ] as const)('what was %s meanwhile is deleted where it landed: %s', async (kind, isGone) => {
      const { catchUp, mirrors, cache } = processOf();
      const asOf = feed.change(['a']);
      await catchUp();
      const land = late();
      const mirrored = mirrors.mirror(cache.set('key', 'v', { asOf, scopes: ['a'] }));
      await clock.advance(0);
      if (kind === 'purged') feed.purge(['a']);
      else feed.change(['a']);
      await catchUp();
      land();
      await mirrored;
      expect(holds('key')).toBe(!isGone);
    });
  });

  describe('is deleted surely', () => {
    const redis = () => new FakeTier('redis');

    it('from every tier that there is, also one that is switched off', async () => {
      const other = redis();
      other.entries.set(JSON.stringify(['n', 'key']), {} as never);
      put('key', null);
      const { mirrors, switches } = processOf({ tiers: [other, disk] });
      switches.redis = false;
      await mirrors.deleteSurely('key');
      expect([other.entries.size, holds('key')]).toEqual([0, false]);
    });

    it('or it is told that a tier did not answer, and the others have deleted it', async () => {
      const other = redis();
      jest.spyOn(other, 'delete').mockRejectedValue(new Error('away'));
      put('key', null);
      const { mirrors } = processOf({ tiers: [other, disk] });
      await expect(mirrors.deleteSurely('key')).rejects.toThrow('away');
      expect(holds('key')).toBe(false);
    });
  });

  describe('of personal data', () => {
    const personal = () => processOf({ personal: true });

    it('is neither read nor written at a cold start (CO-13)', async () => {
      put('key', feed.change(['a']));
      const { mirrors, cache } = personal();
      expect(await mirrors.find('key')).toBeNull();
      await mirrors.mirror(cache.set('new', 'v'));
      expect([disk.calls, holds('new')]).toEqual([0, false]);
    });

    it('is not read before the whole log was, however many replies that takes', async () => {
      put('key', feed.change(['a']));
      feed.batch = 1;
      feed.purge(['a']);
      const { mirrors, catchUp, cache } = personal();
      await catchUp();
      expect(await mirrors.find('key')).toBeNull();
      await catchUp();
      expect(await mirrors.find('key')).toBeNull();
      expect(cache.has('key')).toBe(false);
    });

    it('is read once that is known', async () => {
      put('key', feed.change(['a']));
      const { mirrors, catchUp } = personal();
      await catchUp();
      expect(await mirrors.find('key')).not.toBeNull();
    });
  });
});
