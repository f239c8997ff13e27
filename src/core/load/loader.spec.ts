import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { LoadTimeoutError } from '../errors/load-timeout.error.js';
import type { LastgoodEvent } from '../events.js';
import type { Policy } from '../policy/policy.js';
import { Loader } from './loader.js';

const policy: Policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 200,
  negativeMaxAgeMs: 100,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

describe('Loader', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  let cache: StaleWhileRevalidateCache<string>;
  let events: LastgoodEvent[];
  let dice: number;
  let loader: Loader<string>;

  const tries = async (count: number): Promise<void> => {
    if (count === 0) return;
    await loader.load('key').done.catch(() => undefined);
    await clock.advance(loader.failures.retryInMs('key'));
    await tries(count - 1);
  };

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('value');
    cache = new StaleWhileRevalidateCache({ clock, policy });
    events = [];
    dice = 0;
    const report = (event: LastgoodEvent) => events.push(event);
    loader = new Loader({ namespace: 'prompts', clock, report, origin, cache, random: () => dice });
  });

  it('stores what the origin answers, current as of the moment the load began', async () => {
    const answer = origin.hang();
    const { done } = loader.load('key');
    await clock.advance(150);
    answer({ value: 'slow', scopes: ['a'] });
    const entry = await done;
    expect(cache.entry('key')).toBe(entry);
    expect(cache.get('key')).toMatchObject({ data: 'slow', age: 150 });
    expect(events).toEqual([
      { type: 'load-succeeded', namespace: 'prompts', key: 'key', version: null, durationMs: 150 },
    ]);
  });

  it('does not believe an origin that says when it was confirmed', async () => {
    origin.answer({ value: 'v', confirmedAt: clock.now() + 1e9 } as never);
    await loader.load('key').done;
    expect(cache.get('key')).toMatchObject({ age: 0 });
  });

  it('runs one load for a key, whoever asks, and another for another key', async () => {
    const answer = origin.hang();
    const first = loader.load('key');
    expect(loader.load('key')).toBe(first);
    expect(loader.load('other')).not.toBe(first);
    expect(origin.requests.map(({ key }) => key)).toEqual(['key', 'other']);
    answer({ value: 'v' });
    await first.done;
    expect(loader.runningLoad('key')).toBeUndefined();
  });

  it('hands the origin what is held and the scopes that changed, and a signal', async () => {
    const held = cache.set('key', 'held');
    await loader.load('key', { changedScopes: ['a', 'b'] }).done;
    const { request } = origin.requests[0]!;
    expect(request).toMatchObject({ held, changedScopes: ['a', 'b'] });
    expect(request.signal.aborted).toBe(false);
  });

  it('remembers an authoritative absence, and calls it no failure', async () => {
    origin.answer({ absent: true });
    await loader.load('key').done;
    expect(cache.get('key')).toMatchObject({ absent: true });
    expect(loader.failures.has('key')).toBe(false);
  });

  it('leaves what is held untouched when a load fails', async () => {
    cache.set('key', 'held');
    const error = new Error('refused');
    origin.fail(error);
    await expect(loader.load('key').done).rejects.toBe(error);
    expect(cache.get('key')).toMatchObject({ data: 'held' });
    expect(loader.failures.lastError('key')).toBe(error);
  });

  it('takes an origin that throws at once for one that rejects', async () => {
    jest.spyOn(origin, 'load').mockImplementation(() => {
      throw new Error('at once');
    });
    await expect(loader.load('key').done).rejects.toThrow('at once');
    expect(loader.runningLoad('key')).toBeUndefined();
  });

  it('backs off 50 ms doubling to 30 s, goes on after far more than five failures, and never stops (mistake 3)', async () => {
    dice = 1;
    origin.fail(new Error('down'));
    await tries(40);
    const waits = events.map((event) => (event as { retryInMs: number }).retryInMs);
    expect(waits.slice(0, 4)).toEqual([75, 150, 300, 600]);
    expect(waits.slice(10)).toEqual(Array.from({ length: 30 }, () => 30_000));
    expect(origin.loads).toBe(40);
    expect(events.at(-1)).toMatchObject({
      type: 'load-failed',
      namespace: 'prompts',
      key: 'key',
      failures: 40,
    });
  });

  it('starts from 50 ms again after a success: no long interval outlives the trouble (mistake 3)', async () => {
    origin.fail(new Error('down'));
    await tries(12);
    origin.answer({ value: 'back' });
    await tries(1);
    expect([
      loader.failures.has('key'),
      loader.failures.retryInMs('key'),
      loader.failures.lastError('key'),
    ]).toEqual([false, 0, undefined]);
    origin.fail(new Error('down again'));
    await loader.load('key').done.catch(() => undefined);
    expect(loader.failures.retryInMs('key')).toBe(50);
  });

  it('backs off key by key', async () => {
    origin.fail(new Error('down'));
    await tries(3);
    await loader.load('key').done.catch(() => undefined);
    expect(loader.failures.retryInMs('key')).toBeGreaterThan(0);
    expect(loader.failures.retryInMs('other')).toBe(0);
  });

  it('forgets the oldest failures when ten thousand keys fail', async () => {
    origin.fail(new Error('down'));
    const keys = Array.from({ length: 10_050 }, (_, i) => `key-${i}`);
    await Promise.allSettled(keys.map((key) => loader.load(key).done));
    expect(keys.filter((key) => loader.failures.has(key))).toHaveLength(10_000);
    expect([loader.failures.has('key-0'), loader.failures.has('key-10049')]).toEqual([false, true]);
  });

  it('lets what backs off try again within 2 s, spread, once the origin is known to answer', async () => {
    origin.fail(new Error('down'));
    await tries(12);
    await loader.load('key').done.catch(() => undefined);
    const rolls = [1, 0.25, 0];
    const waits = rolls.map((roll) => {
      dice = roll;
      loader.failures.originRecovered();
      return loader.failures.retryInMs('key');
    });
    expect(waits).toEqual([2_000, 500, 0]);
  });

  it('never makes anybody wait longer by a recovery, and starts the back-off afresh', async () => {
    origin.fail(new Error('down'));
    await loader.load('key').done.catch(() => undefined);
    dice = 1;
    loader.failures.originRecovered();
    expect(loader.failures.retryInMs('key')).toBe(50);
    await tries(12);
    dice = 0;
    loader.failures.originRecovered();
    await loader.load('key').done.catch(() => undefined);
    expect(loader.failures.retryInMs('key')).toBe(50);
  });

  describe('at the hard timeout', () => {
    it('rejects, aborts the signal with the same reason, and backs off', async () => {
      origin.hang();
      const failure = loader.load('key').done.catch((error: unknown) => error);
      await clock.advance(199);
      expect(origin.requests[0]!.request.signal.aborted).toBe(false);
      await clock.advance(1);
      expect(await failure).toBeInstanceOf(LoadTimeoutError);
      const { signal } = origin.requests[0]!.request;
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe(loader.failures.lastError('key'));
      expect(loader.failures.retryInMs('key')).toBe(50);
      expect(loader.failures.lastError('key')).toMatchObject({ code: 'load-timeout', retryable: true });
    });

    it('stores nothing that arrives later', async () => {
      cache.set('key', 'held');
      const answer = origin.hang();
      loader.load('key');
      await clock.advance(200);
      answer({ value: 'too late' });
      await clock.advance(1_000);
      expect(cache.get('key')).toMatchObject({ data: 'held' });
      expect(events.map(({ type }) => type)).toEqual(['load-failed']);
    });

    // Jest fails a test in which a rejection goes unhandled.
    it('lets nobody hear of an origin that rejects later', async () => {
      let reject!: (error: Error) => void;
      jest.spyOn(origin, 'load').mockReturnValue(new Promise((_, no) => (reject = no)));
      loader.load('key');
      await clock.advance(200);
      reject(new Error('too late'));
      await clock.advance(0);
      expect(loader.failures.lastError('key')).toBeInstanceOf(LoadTimeoutError);
    });

    it('does not stop a new load from starting, and that one is stored', async () => {
      origin.hang();
      loader.load('key');
      await clock.advance(250);
      origin.answer({ value: 'second' });
      await loader.load('key').done;
      expect(cache.get('key')).toMatchObject({ data: 'second' });
    });
  });

  it('leaves no timer behind, whether a load succeeds, fails or times out', async () => {
    await loader.load('good').done;
    origin.fail(new Error('down'));
    await loader.load('bad').done.catch(() => undefined);
    origin.hang();
    loader.load('slow');
    await clock.advance(200);
    expect(clock.pending).toBe(0);
  });

  it('lets nobody hear of a failure that nobody waits for', async () => {
    origin.fail(new Error('down'));
    loader.load('key');
    await clock.advance(0);
    expect(loader.failures.has('key')).toBe(true);
  });

  it('returns what stands where a newer value arrived meanwhile (CO-11)', async () => {
    const answer = origin.hang();
    const { done } = loader.load('key');
    cache.set('key', 'v6', { asOf: { epoch: 'e1', version: 6, changeId: 'c6' } });
    answer({ value: 'v5', asOf: { epoch: 'e1', version: 5, changeId: 'c5' } });
    expect((await done).value).toBe('v6');
    expect(cache.get('key')).toMatchObject({ data: 'v6' });
  });

  it('does not put an old value back over one that was set while it ran (mistake 10)', async () => {
    const answer = origin.hang();
    const { done } = loader.load('key');
    await clock.advance(10);
    cache.set('key', 'written');
    answer({ value: 'read before' });
    expect((await done).value).toBe('written');
  });
});
