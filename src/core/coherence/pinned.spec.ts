import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { Reader } from '../load/reader.js';
import { PinnedKey } from './pinned.js';
import { reloadAfterMs } from './reload-after.js';

const at = (version: number, epoch = 'e1') => ({ epoch, version, changeId: `c${version}` });

describe('PinnedKey (CO-9)', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  let reader: Reader<string>;
  let pinned: PinnedKey<string>;

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('loaded');
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      policy: {
        maxAgeMs: 1_000,
        staleWhileRevalidateMs: 0,
        staleIfErrorMs: null,
        softTimeoutMs: 0,
        hardTimeoutMs: 100,
        negativeMaxAgeMs: 0,
        jitter: 0,
        invalidatedMaxStaleMs: null,
      },
    });
    reader = new Reader({ namespace: 'n', clock, report: () => {}, origin, cache, random: () => 0 });
    pinned = new PinnedKey(reader, 'key', clock, () => 0);
  });

  it('is loaded once something can be served', async () => {
    expect(pinned.isLoaded).toBe(false);
    await pinned.follow(at(5));
    expect(pinned.isLoaded).toBe(true);
  });

  it.each([
    ['nothing is held', null, at(5), true],
    ['what is held is older', at(4), at(5), true],
    ['what is held is of another epoch, be it higher', at(9, 'e0'), at(5), true],
    ['what is held is at the target', at(5), at(5), false],
    ['what is held is ahead of it', at(6), at(5), false],
    ['what is held is of another change there (CO-10)', { ...at(5), changeId: 'lost' }, at(5), true],
  ])('where %s, loading is %4$p', async (_, held, target, loads) => {
    if (held) reader.cache.set('key', 'held', { asOf: held });
    origin.answer({ value: 'new', asOf: target });
    await pinned.follow(target);
    expect(origin.loads).toBe(loads ? 1 : 0);
  });

  it('is loaded anew once somebody called it stale, whatever the counter says', async () => {
    origin.answer({ value: 'loaded', asOf: at(5) });
    await pinned.follow(at(5));
    reader.cache.invalidate('key');
    await clock.advance(1);
    await pinned.follow(at(5));
    expect(origin.loads).toBe(2);
    expect(reader.cache.peek('key')).toMatchObject({ isStale: false });
    await pinned.follow(at(5));
    expect(origin.loads).toBe(2);
  });

  it('tries twice at most where the origin lags behind', async () => {
    origin.answer({ value: 'old', asOf: at(4) });
    await pinned.follow(at(5));
    expect(origin.loads).toBe(2);
  });

  it('settles when the load fails, and leaves it alone while it backs off', async () => {
    origin.fail(new Error('down'));
    await pinned.follow(at(5));
    await pinned.follow(at(5));
    expect(origin.loads).toBe(1);
    await clock.advance(50);
    await pinned.follow(at(5));
    expect(origin.loads).toBe(2);
    pinned.originRecovered();
    await pinned.follow(at(5));
    expect(origin.loads).toBe(3);
  });

  describe('as the backstop against a change that no trigger counted (CO-7)', () => {
    beforeEach(async () => {
      origin.answer({ value: 'loaded', asOf: at(5) });
      await pinned.follow(at(5));
    });

    it('loads anew once an hour, though the counter shows no change, and keeps nobody waiting', async () => {
      await clock.advance(reloadAfterMs - 1);
      await pinned.follow(at(5));
      expect(origin.loads).toBe(1);
      const answer = origin.hang();
      await clock.advance(1);
      await pinned.follow(at(5));
      await pinned.follow(at(5));
      expect(origin.loads).toBe(2);
      answer({ value: 'loaded', asOf: at(5) });
      await clock.advance(reloadAfterMs - 1);
      await pinned.follow(at(5));
      expect(origin.loads).toBe(2);
    });

    it('is not put off by loads that build on what is held', async () => {
      await clock.advance(reloadAfterMs - 1);
      origin.answer({ value: 'partly new', asOf: at(6) });
      await pinned.follow(at(6), { since: 5, scopes: ['a'] });
      await clock.advance(1);
      await pinned.follow(at(6));
      expect(origin.requests.map(({ request }) => request.changedScopes)).toEqual([
        undefined,
        ['a'],
        undefined,
      ]);
    });

    it('comes at once where what an earlier process stored has had its hour (CO-9, CO-12)', async () => {
      const promoted = new PinnedKey(reader, 'promoted', clock, () => 0);
      const confirmedAt = clock.now() - reloadAfterMs;
      reader.cache.promote('promoted', 'stored', { asOf: at(5), confirmedAt });
      const { loads } = origin;
      await promoted.follow(at(5));
      expect(origin.loads).toBe(loads + 1);
    });

    it('leaves an origin alone that failed just now', async () => {
      origin.fail(new Error('down'));
      await clock.advance(reloadAfterMs);
      await pinned.follow(at(5));
      await clock.advance(0);
      await pinned.follow(at(5));
      expect(origin.loads).toBe(2);
      await clock.advance(50);
      await pinned.follow(at(5));
      expect(origin.loads).toBe(3);
    });

    it('comes earlier by up to a tenth, so that processes come apart', async () => {
      const early = new PinnedKey(reader, 'key', clock, () => 1);
      await early.follow(at(5));
      await clock.advance(reloadAfterMs * 0.9);
      await pinned.follow(at(5));
      expect(origin.loads).toBe(1);
      await early.follow(at(5));
      expect(origin.loads).toBe(2);
    });
  });

  it.each([
    ['as far as the changes begin', at(4), ['a']],
    ['further than that', at(5), ['a']],
    ['from before: it lacks changes that are not told', at(3), undefined],
    ['of another epoch', at(4, 'e0'), undefined],
    ['nowhere', null, undefined],
  ])('lets the load build on what is held %s', async (_, held, hint) => {
    if (held) reader.cache.set('key', 'held', { asOf: held });
    origin.answer({ value: 'new', asOf: at(6) });
    await pinned.follow(at(6), { since: 4, scopes: ['a'] });
    expect(origin.requests[0]!.request.changedScopes).toEqual(hint);
  });
});
