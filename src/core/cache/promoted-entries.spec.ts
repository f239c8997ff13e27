import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import type { Change, PollReply } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import type { CacheOptions } from './cache-options.js';
import { keyScope, namespaceScope, prefixScope } from './cache-scopes.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: null,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 1_000,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const at = (version: number, lineage = 'c'): AsOf => ({
  epoch: 'e1',
  version,
  changeId: `${lineage}${version}`,
});
const row = (version: number, scope: string, kind: Change['kind'] = 'changed'): Change => ({
  ...at(version),
  kind,
  scope,
});
const reply = (version: number, changes: readonly Change[]): PollReply => ({
  ...at(version),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes,
  more: false,
  inRecovery: false,
});

describe('a value that another process stored', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;

  const cacheWith = (options: Partial<CacheOptions<string>> = {}) =>
    new StaleWhileRevalidateCache<string>({ clock, policy, stream, namespace: 'books', ...options });
  const boot = (given: PollReply) =>
    stream.commit(confirm(adoptHistory(stream.state, given, clock.now()), clock.now()));
  const hear = (given: PollReply) =>
    stream.commit(confirm(applyChanges(stream.state, given, clock.now()), clock.now()));
  const promote = (asOf: AsOf, into = cache) => into.promote('book:1', 'theirs', { asOf, scopes: ['a'] });
  const isStale = () => cache.peek('book:1')?.isStale;

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('catalog');
    cache = cacheWith();
  });

  it('is stale until the log shows its change, and fresh from then on (CO-11, CO-12)', () => {
    promote(at(2));
    expect(isStale()).toBe(true);
    boot(reply(1, [row(1, 'a')]));
    expect(isStale()).toBe(true);
    hear(reply(2, [row(2, 'b')]));
    expect(isStale()).toBe(false);
  });

  it('stays fresh when the change ids of its time are forgotten (CO-11)', () => {
    boot(reply(1, [row(1, 'a')]));
    promote(at(1));
    expect(isStale()).toBe(false);
    hear(
      reply(
        1_500,
        Array.from({ length: 1_499 }, (_, i) => row(i + 2, 'b')),
      ),
    );
    expect(stream.state.changeIds.has(1)).toBe(false);
    expect(isStale()).toBe(false);
  });

  it.each([
    ['of another change at the same version', { ...at(1), changeId: 'lost1' }],
    ['of another epoch, be its change id the same', { ...at(1), epoch: 'e0' }],
  ])('is never fresh where it is %s (CO-11)', (_, asOf) => {
    boot(reply(1, [row(1, 'b')]));
    promote(asOf);
    expect(isStale()).toBe(true);
  });

  it('is not given up for an absence that the log has not shown, which is no answer (CO-11)', () => {
    boot(reply(1, [row(1, 'a')]));
    cache.set('book:1', 'ours', { asOf: at(1), scopes: ['a'] });
    const absence = () => cache.promote('book:1', undefined, { asOf: at(2), scopes: ['a'] });
    expect(absence()).toMatchObject({ value: 'ours' });
    expect(cache.peek('book:1')).toMatchObject({ data: 'ours', isStale: false });
    hear(reply(2, [row(2, 'a')]));
    expect(absence()).toMatchObject({ absent: true });
    expect(cache.peek('book:1')).toMatchObject({ absent: true, isStale: false });
  });

  it('tells the polls what it was read at, so that a lost history is found by it (CO-10)', () => {
    promote(at(10, 'lost'), cacheWith({ confirmedBy: 'load' }));
    expect(stream.seen.get('e1')).toEqual(at(10, 'lost'));
  });

  it('does not exist where it was purged, and a slow load of before is not stored (CO-13)', () => {
    boot(reply(2, [row(1, 'a'), row(2, 'a', 'purged')]));
    expect(promote(at(1))).toBeNull();
    const late = cache.set('book:1', 'ours', { asOf: at(1), scopes: ['a'] });
    expect([cache.isPurged(late), cache.has('book:1')]).toEqual([true, false]);
    expect(promote(at(2))).not.toBeNull();
  });

  it('is kept where it is pinned, and stale, whatever was purged (CO-13)', () => {
    const pinned = cacheWith({ pinned: true });
    pinned.set('book:1', 'ours', { asOf: at(1), scopes: ['a'] });
    boot(reply(2, [row(1, 'a'), row(2, 'a', 'purged')]));
    expect(pinned.peek('book:1')).toMatchObject({ data: 'ours', isStale: true });
    expect(promote(at(1), pinned)).not.toBeNull();
  });

  const places = [
    ['its namespace', namespaceScope('books'), true],
    ['its key', keyScope('books', 'book:1'), true],
    ['a prefix of its key', prefixScope('books', 'book:'), true],
    ['another namespace', namespaceScope('booklets'), false],
    ['another key', keyScope('books', 'book:10'), false],
    ['a prefix that its key goes on from elsewhere', prefixScope('books', 'book:1:'), false],
  ] as const;

  it.each(places)('is invalidated with %s (%s: %s) (CA-5)', (_, scope, isTouched) => {
    boot(reply(1, [row(1, 'b')]));
    promote(at(1));
    expect(isStale()).toBe(false);
    hear(reply(2, [row(2, scope)]));
    expect(isStale()).toBe(isTouched);
  });

  it.each(places)('is purged with %s (%s: %s) (CO-13)', (_, scope, isTouched) => {
    boot(reply(1, [row(1, 'b')]));
    promote(at(1));
    hear(reply(2, [row(2, scope, 'purged')]));
    expect(cache.has('book:1')).toBe(!isTouched);
  });

  it('refuses a prefix that ends anywhere but at the delimiter (CA-5)', () => {
    expect(() => prefixScope('books', 'book')).toThrow(RangeError);
  });
});
