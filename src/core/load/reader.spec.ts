import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { TooStaleError } from '../errors/too-stale.error.js';
import { UnavailableError } from '../errors/unavailable.error.js';
import type { Policy } from '../policy/policy.js';
import { Reader } from './reader.js';

const policy: Policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: 500,
  staleIfErrorMs: 10_000,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 300,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const freshMs = 999;
const revalidateMs = 1_200;
const ifErrorMs = 2_000;
const expiredMs = 11_000;

describe('Reader', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  let reader: Reader<string>;

  const readerWith = (overrides: Partial<Policy> = {}) => {
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy: { ...policy, ...overrides } });
    return new Reader<string>({
      namespace: 'prompts',
      clock,
      report: () => {},
      origin,
      cache,
      random: () => 0,
    });
  };
  const hold = async (ageMs: number) => {
    reader.cache.set('key', 'held');
    await clock.advance(ageMs);
  };
  const down = () => origin.fail(new Error('down'));
  /** What a promise is by now: its value, its error, or still waiting. */
  const byNow = (promise: Promise<unknown>) =>
    Promise.race([promise.catch((error: unknown) => error), clock.advance(0).then(() => 'waiting')]);

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('loaded');
    reader = readerWith();
  });

  describe('takes four steps (MC-9)', () => {
    it('1: what is fresh in memory is returned, and the origin is not asked', async () => {
      await hold(freshMs);
      expect(await reader.get('key')).toMatchObject({
        data: 'held',
        isStale: false,
        reason: 'fresh',
        source: 'memory',
      });
      expect(origin.loads).toBe(0);
    });

    it('2: what is missing is loaded, and is fresh from then on', async () => {
      expect(await reader.get('key')).toMatchObject({
        data: 'loaded',
        isStale: false,
        reason: 'fresh',
        source: 'origin',
      });
      expect(await reader.get('key')).toMatchObject({ data: 'loaded', source: 'memory' });
      expect(origin.loads).toBe(1);
    });

    it('2: what is stale is replaced where the origin answers within the soft timeout', async () => {
      await hold(ifErrorMs);
      expect(await reader.get('key')).toMatchObject({ data: 'loaded', isStale: false, source: 'origin' });
    });

    it('3: where the origin fails the last good value is served, labelled', async () => {
      await hold(ifErrorMs);
      down();
      expect(await reader.get('key')).toMatchObject({
        data: 'held',
        isStale: true,
        age: ifErrorMs,
        source: 'memory',
        reason: 'origin-failed',
        band: 'if-error',
      });
    });

    it('4: where nothing is held and the origin fails, the error is typed and carries its cause', async () => {
      down();
      const error = await reader.get('key').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({
        code: 'unavailable',
        retryable: true,
        retryAfterMs: 50,
        cause: new Error('down'),
      });
    });

    it('4: where all that is held is past its last window, the error says how old it is', async () => {
      await hold(expiredMs);
      down();
      const error = await reader.get('key').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TooStaleError);
      expect(error).toMatchObject({
        code: 'too-stale',
        ageMs: expiredMs,
        retryAfterMs: 50,
        cause: new Error('down'),
      });
    });
  });

  it('serves what is to be revalidated at once, with one refresh behind it', async () => {
    await hold(revalidateMs);
    const answer = origin.hang();
    const reads = await Promise.all(Array.from({ length: 100 }, () => reader.get('key')));
    for (const read of reads)
      expect(read).toMatchObject({ data: 'held', isStale: true, reason: 'revalidating' });
    expect(origin.loads).toBe(1);
    answer({ value: 'new' });
    await clock.advance(0);
    expect(await reader.get('key')).toMatchObject({ data: 'new', isStale: false });
  });

  it('loads what is expired, and waits for it up to the hard timeout', async () => {
    await hold(expiredMs);
    const answer = origin.hang();
    const read = reader.get('key');
    await clock.advance(1_999);
    expect(await byNow(read)).toBe('waiting');
    answer({ value: 'at last' });
    expect(await read).toMatchObject({ data: 'at last', isStale: false, age: 1_999 });
  });

  it('gives up on a cold key at the hard timeout, not later', async () => {
    origin.hang();
    const read = reader.get('key').catch((error: unknown) => error);
    await clock.advance(1_999);
    expect(await byNow(read)).toBe('waiting');
    await clock.advance(1);
    expect(await byNow(read)).toMatchObject({ code: 'unavailable', cause: { code: 'load-timeout' } });
  });

  describe('corner: the soft timeout passes', () => {
    it('serves the stale value then, and stores what the load brings later', async () => {
      await hold(ifErrorMs);
      const answer = origin.hang();
      const read = reader.get('key');
      await clock.advance(249);
      expect(await byNow(read)).toBe('waiting');
      await clock.advance(1);
      expect(await byNow(read)).toMatchObject({ data: 'held', isStale: true, reason: 'origin-slow' });
      await clock.advance(500);
      answer({ value: 'late' });
      await clock.advance(0);
      expect(await reader.get('key')).toMatchObject({ data: 'late', isStale: false, age: 750 });
      expect(origin.loads).toBe(1);
    });

    it('says the age of the moment it answers, not of the moment it was asked', async () => {
      await hold(ifErrorMs);
      origin.hang();
      const read = reader.get('key');
      await clock.advance(250);
      expect(await read).toMatchObject({ age: ifErrorMs + 250 });
    });

    it('serves what was written meanwhile rather than what it held when it began to wait', async () => {
      await hold(ifErrorMs);
      origin.hang();
      const read = reader.get('key');
      await clock.advance(100);
      reader.cache.set('key', 'written');
      await clock.advance(150);
      expect(await read).toMatchObject({ data: 'written', isStale: false, reason: 'fresh' });
    });

    it('does not serve what expired while it waited, but waits on for the load', async () => {
      await hold(expiredMs - 100);
      const answer = origin.hang();
      const read = reader.get('key');
      await clock.advance(250);
      expect(await byNow(read)).toBe('waiting');
      answer({ value: 'new' });
      expect(await read).toMatchObject({ data: 'new', isStale: false });
    });
  });

  describe('corner: a second caller joins a slow load', () => {
    it('has the budget that is left since the load began', async () => {
      await hold(ifErrorMs);
      origin.hang();
      void reader.get('key');
      await clock.advance(200);
      const second = reader.get('key');
      await clock.advance(49);
      expect(await byNow(second)).toBe('waiting');
      await clock.advance(1);
      expect(await byNow(second)).toMatchObject({ data: 'held', reason: 'origin-slow' });
      expect(origin.loads).toBe(1);
    });

    it('does not wait at all once the load is overdue, until it settles', async () => {
      await hold(ifErrorMs);
      const answer = origin.hang();
      void reader.get('key');
      await clock.advance(250);
      expect(await byNow(reader.get('key'))).toMatchObject({ data: 'held', reason: 'origin-slow' });
      expect(reader.peek('key')).toMatchObject({ data: 'held', reason: 'origin-slow' });
      expect(origin.loads).toBe(1);
      answer({ value: 'new' });
      await clock.advance(0);
      expect(reader.peek('key')).toMatchObject({ data: 'new', isStale: false });
    });
  });

  describe('corner: soft timeout 0', () => {
    it('serves at once, the refresh behind', async () => {
      reader = readerWith({ softTimeoutMs: 0, staleWhileRevalidateMs: 0 });
      await hold(ifErrorMs);
      const answer = origin.hang();
      expect(await byNow(reader.get('key'))).toMatchObject({ data: 'held', isStale: true, band: 'if-error' });
      expect(origin.loads).toBe(1);
      answer({ value: 'new' });
      await clock.advance(0);
      expect(reader.peek('key')).toMatchObject({ data: 'new' });
    });
  });

  describe('corner: backing off', () => {
    it('and nothing held: a typed error at once, Retry-After = what remains, and no load', async () => {
      down();
      await reader.get('key').catch(() => undefined);
      await clock.advance(20);
      const error = await byNow(reader.get('key'));
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ retryAfterMs: 30, cause: new Error('down') });
      expect(origin.loads).toBe(1);
    });

    it('and expired: a TooStaleError at once, and no load', async () => {
      await hold(expiredMs);
      down();
      await reader.get('key').catch(() => undefined);
      await clock.advance(20);
      const error = await byNow(reader.get('key'));
      expect(error).toBeInstanceOf(TooStaleError);
      expect(error).toMatchObject({ retryAfterMs: 30, ageMs: expiredMs + 20 });
      expect(origin.loads).toBe(1);
    });

    it('and something held: served with no wait and no load', async () => {
      await hold(ifErrorMs);
      down();
      await reader.get('key');
      expect(await byNow(reader.get('key'))).toMatchObject({ data: 'held', reason: 'backing-off' });
      expect(origin.loads).toBe(1);
    });

    it('ends to the millisecond: then the origin is asked again', async () => {
      down();
      await reader.get('key').catch(() => undefined);
      await clock.advance(50);
      origin.answer({ value: 'back' });
      expect(await reader.get('key')).toMatchObject({ data: 'back' });
    });

    it('ends within 2 s of the origin being known to answer', async () => {
      reader = readerWith({ staleIfErrorMs: null });
      await hold(ifErrorMs);
      down();
      for (let i = 0; i < 12; i++) await clock.advance(30_000).then(() => reader.get('key'));
      expect(reader.retryInMs('key')).toBeGreaterThan(2_000);
      reader.originRecovered();
      expect(reader.retryInMs('key')).toBeLessThanOrEqual(2_000);
    });
  });
});
