import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm, loseLineage } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import type { PollReply } from '../coherence/change-feed.js';
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
const at = (version: number, epoch = 'e1'): AsOf => ({ epoch, version, changeId: `c${version}` });

const reply = (version: number, scopes: string[], more: Partial<PollReply> = {}): PollReply => ({
  ...at(version),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes: scopes.map((scope) => ({ version, changeId: `c${version}`, kind: 'changed', scope })),
  more: false,
  inRecovery: false,
  ...more,
});

describe('an entry that a stream confirms and supersedes', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;

  const adopt = (given: PollReply) =>
    stream.commit(confirm(adoptHistory(stream.state, given, clock.now()), clock.now()));
  const apply = (given: PollReply) =>
    stream.commit(confirm(applyChanges(stream.state, given, clock.now()), clock.now()));
  const confirmNow = () => stream.commit(confirm(stream.state, clock.now()));
  const label = (key = 'key') => {
    const { isStale, age, reason, band } = cache.get(key)!;
    return { isStale, age, reason, band };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('config');
    cache = new StaleWhileRevalidateCache({ clock, policy, stream });
    adopt(reply(5, []));
    cache.set('key', 'v5', { asOf: at(5), scopes: ['a', 'b'] });
  });

  it('stays fresh for ever while the counter confirms it, its age counted from the last confirmation (CO-7)', async () => {
    await clock.advance(3_600_000);
    confirmNow();
    await clock.advance(400);
    expect(label()).toEqual({ isStale: false, age: 400, reason: 'fresh', band: 'fresh' });
  });

  it('says unconfirmed after 5 s without a confirmation, and is fresh until maxAge all the same', async () => {
    await clock.advance(4_999);
    expect(label()).toMatchObject({ isStale: false, reason: 'fresh' });
    await clock.advance(1);
    expect(label()).toMatchObject({ isStale: false, reason: 'unconfirmed', age: 5_000 });
    await clock.advance(54_999);
    expect(label()).toMatchObject({ isStale: false, reason: 'unconfirmed' });
    await clock.advance(1);
    expect(label()).toEqual({ isStale: true, age: 60_000, reason: 'revalidating', band: 'revalidate' });
  });

  it('never says unconfirmed where no stream could confirm it', async () => {
    const alone = new StaleWhileRevalidateCache<string>({ clock, policy });
    alone.set('key', 'value', { asOf: at(5) });
    await clock.advance(59_999);
    expect(alone.get('key')).toMatchObject({ isStale: false, reason: 'fresh', age: 59_999, asOf: at(5) });
  });

  it('is not confirmed by the counter where nobody said what it was read at (CO-7)', async () => {
    cache.set('bare', 'value');
    await clock.advance(60_000);
    confirmNow();
    expect(label('bare')).toMatchObject({ isStale: true, age: 60_000 });
  });

  it('is stale at once when any of its scopes changes, as if maxAge ended then (CO-8)', async () => {
    await clock.advance(300);
    apply(reply(6, ['b']));
    expect(label()).toEqual({ isStale: true, age: 300, reason: 'invalidated', band: 'revalidate' });
    await clock.advance(999);
    expect(label()).toMatchObject({ band: 'revalidate' });
    await clock.advance(1);
    expect(label()).toMatchObject({ band: 'if-error' });
    await clock.advance(9_000);
    expect(label()).toMatchObject({ band: 'expired' });
  });

  it('is proven once for a generation, not at every read (CO-16)', () => {
    const prove = jest.spyOn(stream, 'isProvenCurrent');
    for (let i = 0; i < 10; i++) cache.get('key');
    expect(prove).toHaveBeenCalledTimes(1);
    apply(reply(6, ['c']));
    for (let i = 0; i < 10; i++) cache.get('key');
    expect(prove).toHaveBeenCalledTimes(2);
  });

  it('stands when another scope changes', () => {
    apply(reply(6, ['c']));
    expect(label()).toMatchObject({ isStale: false, reason: 'fresh' });
  });

  it('counts its age on from the last confirmation before it was superseded, not from its load', async () => {
    await clock.advance(3_600_000);
    confirmNow();
    await clock.advance(700);
    apply(reply(6, ['a']));
    expect(label()).toMatchObject({ isStale: true, age: 700, band: 'revalidate' });
    await clock.advance(300);
    confirmNow();
    expect(label()).toMatchObject({ isStale: true, age: 1_000, reason: 'invalidated' });
  });

  it('is superseded by the first of two changes, not by the one that was seen last', async () => {
    apply(reply(6, ['a']));
    cache.get('key');
    await clock.advance(20_000);
    apply(reply(7, ['a']));
    expect(label()).toEqual({ isStale: true, age: 20_000, reason: 'invalidated', band: 'expired' });
  });

  it('never looks younger for a second change, even where nobody read it in between', async () => {
    apply(reply(6, ['a']));
    await clock.advance(20_000);
    confirmNow();
    apply(reply(7, ['a']));
    expect(label()).toEqual({ isStale: true, age: 20_000, reason: 'invalidated', band: 'expired' });
  });

  it('is served at most invalidatedMaxStaleMs, whatever the windows allow', async () => {
    cache = new StaleWhileRevalidateCache({
      clock,
      stream,
      policy: { ...policy, staleIfErrorMs: null, invalidatedMaxStaleMs: 5_000 },
    });
    cache.set('key', 'v5', { asOf: at(5), scopes: ['a'] });
    await clock.advance(1_000);
    apply(reply(6, ['a']));
    await clock.advance(4_999);
    expect(label()).toMatchObject({ band: 'if-error' });
    await clock.advance(1);
    expect(label()).toMatchObject({ band: 'expired' });
  });

  it('is not served at all once superseded where invalidatedMaxStaleMs is 0', () => {
    const strict = { ...policy, invalidatedMaxStaleMs: 0 };
    cache = new StaleWhileRevalidateCache({ clock, stream, policy: strict });
    cache.set('key', 'v5', { asOf: at(5), scopes: ['a'] });
    apply(reply(6, ['a']));
    expect(label()).toMatchObject({ isStale: true, band: 'expired' });
  });

  it('is not made younger by being superseded when it was stale already', async () => {
    await clock.advance(65_000);
    apply(reply(6, ['a']));
    expect(label()).toEqual({ isStale: true, age: 65_000, reason: 'invalidated', band: 'if-error' });
  });

  it('that says "does not exist" is gone when superseded: no 404 outlives its reason', () => {
    cache.setAbsent('none', { asOf: at(5), scopes: ['a'] });
    expect(cache.get('none')).toMatchObject({ absent: true, isStale: false });
    apply(reply(6, ['a']));
    expect(cache.get('none')).toBeNull();
  });

  it('is fresh again once loaded at the change or after it, and a late older load changes nothing (CO-11)', () => {
    apply(reply(6, ['a']));
    cache.set('key', 'v6', { asOf: at(6), scopes: ['a', 'b'] });
    expect(cache.get('key')).toMatchObject({ data: 'v6', isStale: false });
    expect(cache.set('key', 'v5', { asOf: at(5), scopes: ['a', 'b'] }).value).toBe('v6');
    expect(cache.get('key')).toMatchObject({ data: 'v6', isStale: false });
  });

  it('that is loaded ahead of the polls is fresh, and is not superseded by its own change', () => {
    cache.set('key', 'v6', { asOf: at(6), scopes: ['a'] });
    expect(label()).toMatchObject({ isStale: false });
    apply(reply(6, ['a']));
    expect(cache.get('key')).toMatchObject({ data: 'v6', isStale: false });
  });

  it('is stale from the moment its lineage is lost, with the age it had (CO-10)', async () => {
    cache.set('unread', 'v5', { asOf: at(5), scopes: ['a'] });
    await clock.advance(3_600_000);
    confirmNow();
    await clock.advance(600);
    stream.commit(loseLineage(stream.state, 'e1', 'went-back', clock.now()));
    expect(label()).toEqual({ isStale: true, age: 600, reason: 'invalidated', band: 'revalidate' });
    await clock.advance(100);
    adopt(reply(5, [], { epoch: 'e2' }));
    expect(label()).toEqual({ isStale: true, age: 700, reason: 'invalidated', band: 'revalidate' });
    expect(label('unread')).toEqual(label());
  });

  it('is not taken for long stale when a second lineage ends, years after the first (CO-10)', async () => {
    stream.commit(loseLineage(stream.state, 'e1', 'went-back', clock.now()));
    adopt(reply(5, [], { epoch: 'e2' }));
    await clock.advance(3_600_000);
    cache.set('key', 'v5', { asOf: at(5, 'e2'), scopes: ['a'] });
    confirmNow();
    await clock.advance(200);
    adopt(reply(5, [], { epoch: 'e3' }));
    expect(label()).toEqual({ isStale: true, age: 200, reason: 'invalidated', band: 'revalidate' });
  });

  it('keeps the moment of its own change when the lineage ends later, though nobody read it in between', async () => {
    apply(reply(6, ['a']));
    await clock.advance(2_000);
    adopt(reply(1, [], { epoch: 'e2' }));
    expect(label()).toEqual({ isStale: true, age: 2_000, reason: 'invalidated', band: 'if-error' });
  });

  it('is stale, from that moment, when the log was trimmed past what was applied', async () => {
    await clock.advance(3_600_000);
    confirmNow();
    await clock.advance(500);
    adopt(reply(9, [], { trimmedTo: 8 }));
    expect(label()).toEqual({ isStale: true, age: 500, reason: 'invalidated', band: 'revalidate' });
  });

  it('is told apart at a cold start: nothing was ever proven, and it counts from its own confirmation (CO-12)', () => {
    cache = new StaleWhileRevalidateCache({ clock, stream: new Stream('config'), policy });
    cache.set('key', 'from disk', { asOf: at(5), scopes: ['a'], confirmedAt: clock.now() - 3_000 });
    expect(label()).toEqual({ isStale: true, age: 3_000, reason: 'cold-start', band: 'if-error' });
  });

  it('from before a boot is fresh once a history that did not touch it is adopted', () => {
    stream = new Stream('config');
    cache = new StaleWhileRevalidateCache({ clock, stream, policy });
    cache.set('kept', 'from disk', { asOf: at(5), scopes: ['a'], confirmedAt: clock.now() - 3_600_000 });
    cache.set('gone', 'from disk', { asOf: at(3), scopes: ['a'], confirmedAt: clock.now() - 3_600_000 });
    expect(cache.get('kept')).toMatchObject({ isStale: true, age: 3_600_000 });
    adopt(reply(7, ['c'], { trimmedTo: 4 }));
    expect(label('kept')).toEqual({ isStale: false, age: 0, reason: 'fresh', band: 'fresh' });
    expect(label('gone')).toMatchObject({ isStale: true, reason: 'invalidated', band: 'expired' });
  });
});
