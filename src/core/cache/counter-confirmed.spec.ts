import { VirtualClock } from '../../testing/virtual-clock.js';
import { applyChanges, confirm, adoptHistory } from '../coherence/apply-reply.js';
import type { Change, PollReply } from '../coherence/change-feed.js';
import { reloadAfterMs } from '../coherence/reload-after.js';
import { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: null,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 100,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const at = (version: number, epoch = 'e1') => ({ epoch, version, changeId: `c${version}` });
const reply = (version: number, scopes: readonly string[] = []): PollReply => ({
  ...at(version),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes: scopes.map((scope): Change => ({ version, changeId: `c${version}`, kind: 'changed', scope })),
  more: false,
  inRecovery: false,
});

describe('what says that a value is current (CO-7)', () => {
  let clock: VirtualClock;
  let stream: Stream;
  const cacheOf = (confirmedBy?: 'counter' | 'load') =>
    new StaleWhileRevalidateCache<string>({ clock, policy, stream, ...(confirmedBy && { confirmedBy }) });
  /** A poll of this moment is answered: nothing beyond `version`. */
  const poll = (version: number, scopes: readonly string[] = []) =>
    stream.commit(confirm(applyChanges(stream.state, reply(version, scopes), clock.now()), clock.now()));

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('config');
    stream.commit(adoptHistory(stream.state, reply(1), clock.now()));
  });

  it('the counter: each poll that shows no change', async () => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(1) });
    await clock.advance(50_000);
    poll(1);
    await clock.advance(1_000);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 1_000, reason: 'fresh' });
  });

  it('the counter, for an hour after the load at most: then it is due for another', async () => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(1) });
    await clock.advance(reloadAfterMs);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 0 });
    expect(cache.isDueForReload('key')).toBe(true);
    await clock.advance(59_999);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 59_999, reason: 'unconfirmed' });
    await clock.advance(1);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'revalidating' });
    stream.isReachable = false;
    expect(cache.isDueForReload('key')).toBe(false);
  });

  it('not a poll that saw less than the value: the point it was read at may be lost', async () => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(2) });
    await clock.advance(100);
    poll(1);
    await clock.advance(100);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 200 });
    poll(2, ['other']);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 0 });
  });

  it.each([
    ['the counter, which told so for an hour', 'counter' as const, reloadAfterMs],
    ['its own load, which alone can tell', 'load' as const, 0],
  ])('once it is superseded: %s', async (_, confirmedBy, confirmedForMs) => {
    const cache = cacheOf(confirmedBy);
    cache.set('key', 'v', { asOf: at(1), scopes: ['a'] });
    await clock.advance(reloadAfterMs + 50_000);
    poll(1);
    poll(2, ['a']);
    expect(cache.peek('key')).toMatchObject({ isStale: true, age: reloadAfterMs + 50_000 - confirmedForMs });
  });

  it('is not put back by watermarks that are folded while a load is ahead of the polls', () => {
    const cache = cacheOf();
    cache.set('behind', 'v', { asOf: at(1), scopes: ['a'] });
    cache.set('ahead', 'v', { asOf: at(3), scopes: ['a'] });
    poll(2, ['b']);
    stream.fold(clock.now());
    expect([cache.entry('behind')!.asOf, cache.entry('ahead')!.asOf]).toEqual([at(2), at(3)]);
  });

  it('its own load alone, for a value from elsewhere', async () => {
    const cache = cacheOf('load');
    cache.set('key', 'v', { asOf: cache.asOfNow()! });
    await clock.advance(50_000);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 50_000, reason: 'fresh' });
    await clock.advance(10_000);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: true, age: 60_000 });
    expect(cache.isDueForReload('key')).toBe(false);
  });

  it('its own load alone, also of a value from elsewhere that is superseded: it is as old as it was before', async () => {
    const cache = cacheOf('load');
    cache.set('key', 'v', { asOf: cache.asOfNow()!, scopes: ['a'] });
    await clock.advance(50_000);
    poll(1);
    poll(2, ['a']);
    expect(cache.peek('key')).toMatchObject({ isStale: true, age: 50_000, reason: 'invalidated' });
  });

  it('the counter no longer than that, also of a value that is superseded then', async () => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(1), scopes: ['a'] });
    await clock.advance(reloadAfterMs + 50_000);
    poll(1);
    poll(2, ['a']);
    expect(cache.peek('key')).toMatchObject({ isStale: true, age: 50_000 });
  });

  it('its own load alone while it is ahead of the polls, which tell nothing of it yet', async () => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(2), scopes: ['a'] });
    await clock.advance(2_000);
    poll(1);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 2_000 });
    await clock.advance(1_000);
    poll(2, ['a']);
    expect(cache.peek('key')).toMatchObject({ isStale: false, age: 0 });
  });

  it('its own load alone where it was ahead of them when its history ended', async () => {
    const cache = cacheOf();
    cache.set('key', 'lost', { asOf: at(2), scopes: ['a'] });
    await clock.advance(2_000);
    poll(1);
    stream.commit(adoptHistory(stream.state, { ...reply(1), epoch: 'e2' }, clock.now()));
    expect(cache.peek('key')).toMatchObject({ isStale: true, age: 2_000 });
  });

  it('a value from elsewhere is as of what was applied when it was asked for: a later change unproves it (CO-4)', () => {
    const cache = cacheOf('load');
    const asOf = cache.asOfNow()!;
    expect(asOf).toMatchObject({ epoch: 'e1', version: 1 });
    poll(2, ['a']);
    cache.set('key', 'asked for before', { asOf, scopes: ['a'] });
    cache.set('other', 'asked for after', { asOf: cache.asOfNow()!, scopes: ['a'] });
    expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'invalidated' });
    expect(cache.peek('other')).toMatchObject({ isStale: false });
  });

  it('nothing, for a value from elsewhere while no history is known (CO-12)', () => {
    stream = new Stream('config');
    const cache = cacheOf('load');
    cache.set('key', 'v', { asOf: cache.asOfNow()! });
    expect(cache.peek('key')).toMatchObject({ isStale: true, reason: 'cold-start' });
  });

  it('a value from elsewhere tells nothing of where the database is', () => {
    const cache = cacheOf('load');
    cache.set('key', 'v', { asOf: at(99) });
    expect(stream.seen.size).toBe(0);
  });

  it('an origin that can tell where it read is asked, not the stream', () => {
    expect(cacheOf().asOfNow()).toBeUndefined();
    expect(new StaleWhileRevalidateCache({ clock, policy }).asOfNow()).toBeUndefined();
  });

  it.each([
    ['other content of the same point', 'other', at(1), true],
    ['an absence where there was a value', undefined, at(1), true],
    ['the same content', 'v', at(1), false],
    ['other content of a later point', 'other', at(2), false],
    ['other content of another epoch', 'other', at(1, 'e2'), false],
  ])('is contradicted by %s: %4$p', (_, value, asOf, contradicts) => {
    const cache = cacheOf();
    cache.set('key', 'v', { asOf: at(1) });
    expect(cache.contradicts('key', value, asOf)).toBe(contradicts);
    expect(cache.contradicts('unknown', value, asOf)).toBe(false);
  });

  it('is not contradicted where content may differ at one version: it is from elsewhere', () => {
    const cache = cacheOf('load');
    cache.set('key', 'v', { asOf: at(1) });
    expect(cache.contradicts('key', 'other', at(1))).toBe(false);
  });
});

describe('watermarks that are folded into one floor (CO-8)', () => {
  const clock = new VirtualClock();
  const stream = new Stream('config');
  const cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream });

  it('keep what is proven current proven, and what is not unproven', () => {
    stream.commit(adoptHistory(stream.state, reply(1), clock.now()));
    cache.set('untouched', 'v', { asOf: at(1), scopes: ['a'] });
    cache.set('touched', 'v', { asOf: at(1), scopes: ['b'] });
    cache.set('loaded since', 'v', { asOf: at(2), scopes: ['b'] });
    cache.set('of no stream', 'v');
    stream.commit(applyChanges(stream.state, reply(2, ['b']), clock.now()));
    stream.fold(clock.now());
    expect(stream.state).toMatchObject({ floor: 2, watermarks: new Map() });
    const freshOnes = [...cache.keys()].filter((key) => !cache.peek(key)!.isStale);
    expect(freshOnes).toEqual(['untouched', 'loaded since', 'of no stream']);
    expect(cache.peek('untouched')).toMatchObject({ asOf: at(2) });
    expect(cache.peek('touched')).toMatchObject({ asOf: at(1), reason: 'invalidated' });
  });

  it('leave what is ahead of the polls where it is, so that nothing older replaces it (CO-11)', () => {
    cache.set('ahead', 'v', { asOf: at(3), scopes: ['a'] });
    stream.fold(clock.now());
    expect(cache.peek('ahead')).toMatchObject({ asOf: at(3), isStale: false });
    cache.delete('ahead');
  });

  it('supersede it all the same with the next change of its scope', () => {
    stream.commit(applyChanges(stream.state, reply(3, ['a']), clock.now()));
    expect(cache.peek('untouched')).toMatchObject({ isStale: true });
    expect(cache.peek('loaded since')).toMatchObject({ isStale: false });
  });

  it('are left alone while no history is known', () => {
    const cold = new Stream('config');
    cold.fold(clock.now());
    expect(cold.state.floor).toBe(0);
  });
});
