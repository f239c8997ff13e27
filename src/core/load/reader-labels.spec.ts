import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import type { PollReply } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import { Reader } from './reader.js';

const policy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 300,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const at = (version: number): AsOf => ({ epoch: 'e1', version, changeId: `c${version}` });
const replyAt = (version: number, scopes: string[] = []): PollReply => ({
  ...at(version),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes: scopes.map((scope) => ({ ...at(version), kind: 'changed', scope })),
  more: false,
  inRecovery: false,
});

describe('what a reader says of its answers', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let origin: FakeOrigin<string>;
  let reader: Reader<string>;

  const readerWith = (overrides: Partial<Policy> = {}) => {
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      stream,
      policy: { ...policy, ...overrides },
    });
    return new Reader<string>({
      namespace: 'prompts',
      clock,
      report: () => {},
      origin,
      cache,
      random: () => 0,
    });
  };
  const hold = (value = 'v5') => reader.cache.set('key', value, { asOf: at(5), scopes: ['a'] });
  const change = (version: number) =>
    stream.commit(confirm(applyChanges(stream.state, replyAt(version, ['a']), clock.now()), clock.now()));
  const counts = () => {
    const { freshHits, staleHits, misses } = reader.cache;
    return { freshHits, staleHits, misses };
  };
  const down = () => origin.fail(new Error('down'));

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('prompts');
    stream.commit(confirm(adoptHistory(stream.state, replyAt(5), clock.now()), clock.now()));
    origin = new FakeOrigin('loaded');
    reader = readerWith();
  });

  describe('several reasons at once', () => {
    beforeEach(() => {
      reader = readerWith({ softTimeoutMs: 0 });
      hold();
      change(6);
    });

    it('invalidated alone, while nothing is known of the origin', () => {
      origin.hang();
      expect(reader.peek('key')).toMatchObject({ reason: 'invalidated', isStale: true });
    });

    it('backing-off comes before invalidated', async () => {
      down();
      reader.peek('key');
      await clock.advance(0);
      expect(reader.peek('key')).toMatchObject({ reason: 'backing-off', isStale: true });
    });

    it('origin-failed comes before invalidated, from the end of the back-off until a load succeeds', async () => {
      down();
      reader.peek('key');
      await clock.advance(0);
      origin.hang();
      await clock.advance(50);
      expect(reader.peek('key')).toMatchObject({ reason: 'origin-failed' });
    });

    it('origin-failed comes before origin-slow, for who joins and for who waited', async () => {
      reader = readerWith();
      hold();
      down();
      await reader.get('key');
      await clock.advance(50);
      origin.hang();
      const waited = reader.get('key');
      await clock.advance(250);
      expect(await waited).toMatchObject({ reason: 'origin-failed' });
      expect(reader.peek('key')).toMatchObject({ reason: 'origin-failed' });
    });

    it('origin-slow comes before invalidated', async () => {
      reader = readerWith();
      hold();
      origin.hang();
      const waited = reader.get('key');
      await clock.advance(250);
      expect(await waited).toMatchObject({ reason: 'origin-slow' });
      expect(reader.peek('key')).toMatchObject({ reason: 'origin-slow' });
    });

    it('cold-start comes after backing-off', async () => {
      stream = new Stream('prompts');
      reader = readerWith({ softTimeoutMs: 0 });
      hold('from disk');
      down();
      expect(reader.peek('key')).toMatchObject({ reason: 'cold-start', isStale: true });
      await clock.advance(0);
      expect(reader.peek('key')).toMatchObject({ reason: 'backing-off', isStale: true });
    });
  });

  it('degraded is not stale: with the origin down, what is fresh stays fresh, and unconfirmed after 5 s', async () => {
    hold();
    down();
    await reader.refresh('key').catch(() => undefined);
    expect(reader.peek('key')).toMatchObject({ isStale: false, reason: 'fresh' });
    await clock.advance(5_000);
    expect(reader.peek('key')).toMatchObject({ isStale: false, reason: 'unconfirmed' });
  });

  it('a load that somebody started in spite of the back-off is joined, not refused', async () => {
    down();
    await reader.get('key').catch(() => undefined);
    const answer = origin.hang();
    void reader.refresh('key');
    const read = reader.get('key');
    answer({ value: 'back' });
    expect(await read).toMatchObject({ data: 'back', isStale: false });
  });

  describe('a value that was superseded while it was loaded', () => {
    it('is given to who waited, labelled invalidated, and is loaded anew by the next read', async () => {
      const answer = origin.hang();
      const read = reader.get('key');
      await clock.advance(10);
      change(6);
      answer({ value: 'v5', asOf: at(5), scopes: ['a'] });
      expect(await read).toMatchObject({
        data: 'v5',
        isStale: true,
        reason: 'invalidated',
        source: 'origin',
      });
      origin.answer({ value: 'v6', asOf: at(6), scopes: ['a'] });
      expect(await reader.get('key')).toMatchObject({ data: 'v6', isStale: false });
    });

    it('is not called fresh where it says "does not exist"', async () => {
      const answer = origin.hang();
      const read = reader.get('key');
      await clock.advance(10);
      change(6);
      answer({ absent: true, asOf: at(5), scopes: ['a'] });
      expect(await read).toMatchObject({ absent: true, isStale: true, reason: 'invalidated' });
    });
  });

  it('a value that its policy keeps no moment is a fresh answer all the same, absent or not', async () => {
    reader = readerWith({ maxAgeMs: 0, staleIfErrorMs: 0, negativeMaxAgeMs: 0 });
    expect(await reader.get('key')).toMatchObject({ data: 'loaded', isStale: false, reason: 'fresh' });
    expect(await reader.get('key')).toMatchObject({ data: 'loaded', isStale: false, reason: 'fresh' });
    origin.answer({ absent: true });
    expect(await reader.get('none')).toMatchObject({ absent: true, isStale: false, reason: 'fresh' });
    expect(origin.loads).toBe(3);
  });

  it('an older load that was refused is not what the reader gets, and not called fresh for it', async () => {
    await clock.advance(60_000);
    const answer = origin.hang();
    reader.cache.set('key', 'v7', { asOf: at(7), scopes: ['a'], confirmedAt: clock.now() - 60_000 });
    const read = reader.get('key');
    answer({ value: 'v6', asOf: at(6), scopes: ['a'] });
    expect(await read).toMatchObject({ data: 'v7', isStale: true, age: 60_000, source: 'memory' });
  });

  describe('the authoritative "does not exist"', () => {
    it('is an answer, remembered for its own maxAge', async () => {
      origin.answer({ absent: true });
      expect(await reader.get('key')).toMatchObject({ absent: true, isStale: false, source: 'origin' });
      await clock.advance(299);
      expect(await reader.get('key')).toMatchObject({ absent: true, source: 'memory', age: 299 });
      expect(origin.loads).toBe(1);
      await clock.advance(1);
      await reader.get('key');
      expect(origin.loads).toBe(2);
    });

    it('has no stale window: with the origin down it is unavailable, never a 404 (mistake 1)', async () => {
      origin.answer({ absent: true });
      await reader.get('key');
      await clock.advance(300);
      down();
      await expect(reader.get('key')).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('is never papered over with the stale value that was there before (mistake 1)', async () => {
      reader.cache.set('key', 'gone');
      await clock.advance(60_000);
      origin.answer({ absent: true });
      expect(await reader.get('key')).toMatchObject({ absent: true, data: undefined });
      await clock.advance(300);
      down();
      await expect(reader.get('key')).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('is not concluded from a failure: failures are never remembered as absence', async () => {
      down();
      await reader.get('key').catch(() => undefined);
      expect(reader.cache.has('key')).toBe(false);
    });
  });

  it.each([60_000, 0])(
    'an answer that slept with the machine is no fresh one, whatever its maxAge (CO-14)',
    async (maxAgeMs) => {
      reader = readerWith({ maxAgeMs });
      const answer = origin.hang();
      const reading = reader.get('key');
      const now = clock.now();
      jest.spyOn(clock, 'now').mockReturnValue(now + 3_600_000);
      answer({ value: 'an hour old', asOf: at(6), scopes: ['a'] });
      expect(await reading).toMatchObject({
        isStale: true,
        age: 3_600_000,
        source: 'origin',
        reason: 'revalidating',
      });
    },
  );

  describe('the counters', () => {
    it('count a fresh read once, by either door', async () => {
      hold();
      await reader.get('key');
      expect(reader.peek('key') ?? (await reader.get('key'))).toMatchObject({ isStale: false });
      expect(counts()).toEqual({ freshHits: 2, staleHits: 0, misses: 0 });
    });

    it('count a stale answer once, be it given at once, after waiting, or after a failure', async () => {
      hold();
      change(6);
      origin.hang();
      const slow = reader.get('key');
      await clock.advance(250);
      await slow;
      reader.peek('key');
      expect(counts()).toEqual({ freshHits: 0, staleHits: 2, misses: 0 });
      await clock.advance(5_000);
      down();
      await reader.get('key');
      expect(counts()).toEqual({ freshHits: 0, staleHits: 3, misses: 0 });
    });

    it('count a read that peeks first and gets then once (cold, racing and failing)', async () => {
      const read = async () => reader.peek('key') ?? (await reader.get('key'));
      await read();
      expect(counts()).toEqual({ freshHits: 0, staleHits: 0, misses: 1 });
      hold();
      change(6);
      origin.answer({ value: 'v6', asOf: at(6), scopes: ['a'] });
      expect(await read()).toMatchObject({ data: 'v6', isStale: false });
      expect(counts()).toEqual({ freshHits: 0, staleHits: 0, misses: 2 });
      down();
      reader.cache.clear();
      await read().catch(() => undefined);
      await read().catch(() => undefined);
      expect(counts()).toEqual({ freshHits: 0, staleHits: 0, misses: 4 });
    });
  });
});
