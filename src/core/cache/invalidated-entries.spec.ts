import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 1_000,
  staleIfErrorMs: 10_000,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const at = (version: number): AsOf => ({ epoch: 'e1', version, changeId: `c${version}` });
const none = { trimmedTo: 0, changeIdAtApplied: null, changes: [], more: false, inRecovery: false };

describe('an entry that somebody invalidates', () => {
  let clock: VirtualClock;
  let cache: StaleWhileRevalidateCache<string>;

  beforeEach(() => {
    clock = new VirtualClock();
    cache = new StaleWhileRevalidateCache({ clock, policy });
    cache.set('key', 'old');
  });

  it('is marked and kept: stale from now on, as if maxAge ended now', async () => {
    await clock.advance(400);
    expect(cache.invalidate('key')).toBe(true);
    expect(cache.get('key')).toMatchObject({
      data: 'old',
      isStale: true,
      age: 400,
      reason: 'invalidated',
      band: 'revalidate',
    });
    await clock.advance(1_000);
    expect(cache.get('key')).toMatchObject({ band: 'if-error' });
    await clock.advance(9_000);
    expect(cache.get('key')).toMatchObject({ data: 'old', band: 'expired' });
  });

  it('is not invented where nothing is held', () => {
    expect(cache.invalidate('other')).toBe(false);
    expect(cache.has('other')).toBe(false);
  });

  it('counts from the first word, however often it is repeated', async () => {
    cache.invalidate('key');
    await clock.advance(1_500);
    cache.invalidate('key');
    expect(cache.get('key')).toMatchObject({ band: 'if-error' });
  });

  it('is fresh again once it is set again', async () => {
    cache.invalidate('key');
    await clock.advance(1);
    cache.set('key', 'new');
    expect(cache.get('key')).toMatchObject({ data: 'new', isStale: false, reason: 'fresh' });
  });

  it('does not come back fresh by a load that started before the word was given', async () => {
    const confirmedAt = clock.now();
    await clock.advance(10);
    cache.invalidate('key');
    await clock.advance(10);
    cache.set('key', 'still old', { confirmedAt });
    expect(cache.get('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
    cache.set('key', 'new');
    expect(cache.get('key')).toMatchObject({ data: 'new', isStale: false });
  });

  it('takes an absence with it', () => {
    cache.setAbsent('none');
    cache.invalidate('none');
    expect(cache.get('none')).toBeNull();
  });

  describe('in a stream', () => {
    let stream: Stream;
    const confirmNow = () => stream.commit(confirm(stream.state, clock.now()));

    beforeEach(() => {
      stream = new Stream('config');
      stream.commit(confirm(adoptHistory(stream.state, { ...at(5), ...none }, clock.now()), clock.now()));
      cache = new StaleWhileRevalidateCache({ clock, policy, stream });
      cache.set('key', 'old', { asOf: at(5), scopes: ['a'] });
    });

    it('keeps the age it had: it was known to be current until now', async () => {
      await clock.advance(3_600_000);
      confirmNow();
      await clock.advance(300);
      cache.invalidate('key');
      expect(cache.get('key')).toMatchObject({ isStale: true, age: 300, band: 'revalidate' });
    });

    it('is not proven current again by the polls that follow', async () => {
      cache.invalidate('key');
      await clock.advance(1_000);
      confirmNow();
      expect(cache.get('key')).toMatchObject({ isStale: true, reason: 'invalidated', age: 1_000 });
    });

    it('keeps the moment of an earlier change', async () => {
      const changes = [{ ...at(6), kind: 'changed' as const, scope: 'a' }];
      stream.commit(applyChanges(stream.state, { ...at(6), ...none, changes }, clock.now()));
      await clock.advance(1_500);
      cache.invalidate('key');
      expect(cache.get('key')).toMatchObject({ age: 1_500, band: 'if-error' });
    });

    it('is fresh again by a load of the same version that started after the word', async () => {
      cache.invalidate('key');
      await clock.advance(1);
      cache.set('key', 'new', { asOf: at(5), scopes: ['a'] });
      expect(cache.get('key')).toMatchObject({ data: 'new', isStale: false });
    });
  });
});
