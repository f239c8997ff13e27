import { observedPolicy } from '../../../test/support/observing-process.js';
import { tierPolicy } from '../../../test/support/tier-process.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm, loseLineage } from '../coherence/apply-reply.js';
import { Stream } from '../coherence/stream.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { keyScope } from './cache-scopes.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

describe('of two observations', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let feed: FakeChangeFeed;
  let cache: StaleWhileRevalidateCache<string>;

  const poll = async () => {
    const { epoch, applied } = stream.state;
    const reply = await feed.poll(epoch === null ? null : applied.version);
    const apply = epoch === reply.epoch ? applyChanges : adoptHistory;
    stream.commit(confirm(apply(stream.state, reply, clock.now()), clock.now()));
  };
  const load = (value: string, ageMs: number, asOf = cache.asOfNow()!) =>
    cache.set('key', value, { asOf, confirmedAt: clock.now() - ageMs, readAt: clock.now() });
  const promote = (value: string, ageMs: number, asOf = cache.asOfNow()!) =>
    cache.promote('key', value, { asOf, confirmedAt: clock.now() - ageMs });
  const read = () => cache.get('key');

  beforeEach(async () => {
    clock = new VirtualClock();
    stream = new Stream('cache');
    feed = new FakeChangeFeed();
    const policy = { ...tierPolicy, ...observedPolicy };
    const options = { clock, policy, stream, namespace: 'n', confirmedBy: 'load' } as const;
    cache = new StaleWhileRevalidateCache<string>({ ...options, newestBy: 'observation' });
    feed.change(['another namespace']);
    await poll();
  });

  it('the later one stands, though the stream has gone on since (SI-6)', async () => {
    const before = cache.asOfNow()!;
    feed.change(['another namespace']);
    await poll();
    load('older', 2_000);
    load('newer', 1_000, before);
    expect(read()).toMatchObject({ data: 'newer', isStale: false });
    load('oldest', 3_000);
    expect(read()).toMatchObject({ data: 'newer', age: 1_000 });
    promote('late copy', 1_500);
    expect(read()).toMatchObject({ data: 'newer' });
  });

  it('the second one stands where both were made at once', () => {
    load('first', 1_000);
    load('second', 1_000);
    expect(read()).toMatchObject({ data: 'second' });
  });

  it('what is marked stale gives way to any later load, and does not come back (CO-13)', async () => {
    const before = cache.asOfNow()!;
    load('marked', 1_000);
    feed.change([keyScope('n', 'key')]);
    await poll();
    expect(read()).toMatchObject({ isStale: true, band: 'expired' });
    load('since', 5_000);
    expect(read()).toMatchObject({ data: 'since', isStale: false });
    load('under way', 500, before);
    promote('in a tier', 500, before);
    expect(read()).toMatchObject({ data: 'since', isStale: false });
  });

  it('what was purged does not exist, however late it was observed (CO-13)', async () => {
    const before = cache.asOfNow()!;
    load('purged', 0);
    feed.purge([keyScope('n', 'key')]);
    await poll();
    expect(read()).toBeNull();
    expect(promote('in a tier', 0, before)).toBeNull();
    load('older, and since', 9_000);
    expect(read()).toMatchObject({ data: 'older, and since' });
  });

  it('one of the present history stands before one that is of another', async () => {
    load('present', 5_000);
    promote('of another', 0, { epoch: 'other', version: 99, changeId: 'x' });
    expect(read()).toMatchObject({ data: 'present', isStale: false });
  });

  it('of two that nothing proves, the epochs tell, then the moments', () => {
    const of = (epoch: string) => ({ epoch, version: 1, changeId: 'x' });
    stream.leave(['left']);
    promote('left', 0, of('left'));
    promote('other', 9_000, of('other'));
    expect(read()).toMatchObject({ data: 'other' });
    promote('another', 9_500, of('another'));
    expect(read()).toMatchObject({ data: 'other' });
    promote('third', 8_000, of('third'));
    expect(read()).toMatchObject({ data: 'third', isStale: true });
  });

  describe('and the word that there is none', () => {
    const deny = (agoMs = 0) => {
      const at = clock.now() - agoMs;
      return cache.setAbsent('key', { asOf: cache.asOfNow()!, confirmedAt: at, readAt: at });
    };

    it('gives way to what was loaded or pushed since, however long ago that was observed (SI-4, SI-9)', () => {
      deny();
      expect(read()).toMatchObject({ absent: true });
      load('observed before', 9_000);
      expect(read()).toMatchObject({ data: 'observed before', absent: false, age: 9_000 });
    });

    it('gives way to what another process stored since, and to nothing that was stored before (SI-6)', async () => {
      const facts = () => ({ asOf: cache.asOfNow()!, confirmedAt: clock.now() - 9_000 });
      const before = { ...facts(), broughtAt: clock.now() };
      await clock.advance(10);
      deny();
      cache.promote('key', 'stored before', before);
      expect(read()).toMatchObject({ absent: true });
      cache.promote('key', 'stored since', {
        ...facts(),
        broughtAt: clock.now(),
        confirmedBy: clock.now() - 9_500,
      });
      expect(read()).toMatchObject({ data: 'stored since', age: 9_500 });
    });

    it('does not take the place of what came after it was told (SI-6)', async () => {
      load('pushed meanwhile', 9_000);
      await clock.advance(10);
      deny(11);
      expect(read()).toMatchObject({ data: 'pushed meanwhile' });
      deny();
      expect(read()).toMatchObject({ absent: true });
    });

    it('is no copy of a value that was observed when it was told', () => {
      const facts = { asOf: cache.asOfNow()!, confirmedAt: clock.now(), broughtAt: clock.now() };
      deny();
      cache.promote('key', 'value', facts);
      expect(read()).toMatchObject({ data: 'value' });
    });
  });

  it('a copy that its tier says to be older is older, and still the same observation (SI-3)', () => {
    const confirmedAt = clock.now() - 1_000;
    const asOf = cache.asOfNow()!;
    const facts = { asOf, confirmedAt, confirmedBy: clock.now() - 30_000 };
    const first = cache.promote('key', 'copy', facts);
    expect(read()).toMatchObject({ data: 'copy', age: 30_000 });
    expect(cache.promote('key', 'copy', { ...facts, confirmedBy: clock.now() - 29_000 })).toBe(first);
    expect(cache.promote('key', 'older', { asOf, confirmedAt: confirmedAt - 1 })).toBe(first);
    const next = cache.promote('key', 'next', { ...facts, confirmedAt: confirmedAt + 1 });
    expect(next).not.toBe(first);
    expect(cache.order.isLater(next!, first!)).toBe(true);
  });

  describe('before any history is known', () => {
    beforeEach(() => {
      stream = new Stream('cache');
      const policy = { ...tierPolicy, ...observedPolicy };
      const options = { clock, policy, stream, namespace: 'n', confirmedBy: 'load' } as const;
      cache = new StaleWhileRevalidateCache<string>({ ...options, newestBy: 'observation' });
    });

    it('what this process loaded itself is an answer until its limit (SI-4)', async () => {
      load('own', 10_000);
      expect(cache.getFresh('key')).toBeNull();
      expect(read()).toMatchObject({ data: 'own', isStale: false, reason: 'fresh', age: 10_000 });
      expect(cache.getFresh('key')).toMatchObject({ data: 'own' });
      await clock.advance(49_999);
      expect(read()).toMatchObject({ isStale: false });
      await clock.advance(1);
      expect(read()).toMatchObject({ isStale: true, band: 'expired' });
    });

    it('what somebody else stored is none, and gives way to it (CO-12)', () => {
      promote('theirs', 0, { epoch: 'e1', version: 1, changeId: 'c1' });
      expect(read()).toMatchObject({ isStale: true, band: 'expired' });
      load('own', 10_000);
      expect(read()).toMatchObject({ data: 'own', isStale: false });
      promote('ours from before', 0, cache.asOfNow());
      expect(read()).toMatchObject({ data: 'own' });
    });

    it('with the first history it is none any more: what was purged meanwhile is not known', async () => {
      const own = load('own', 0);
      expect(cache.judge.isBeforeHistory(own)).toBe(true);
      read();
      await poll();
      expect(cache.getFresh('key')).toBeNull();
      expect(read()).toMatchObject({ isStale: true, band: 'expired' });
      expect(cache.order.currentFrom(own)).toBe(0);
    });

    it('as little while a history that was lost is not followed by another', async () => {
      await poll();
      load('of the lost one', 0);
      stream.commit(loseLineage(stream.state, 'e1', 'went-back', clock.now()));
      expect(read()).toMatchObject({ isStale: true });
      load('since', 1_000);
      expect(read()).toMatchObject({ data: 'since', isStale: false });
    });

    it('values that may be served stale are stale until they are proven (CO-12)', () => {
      cache = new StaleWhileRevalidateCache<string>({
        clock,
        policy: tierPolicy,
        stream,
        confirmedBy: 'load',
      });
      cache.set('key', 'own', { asOf: cache.asOfNow()! });
      expect(read()).toMatchObject({ isStale: true, reason: 'cold-start' });
    });
  });
});
