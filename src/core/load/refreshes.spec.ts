import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { LastgoodEvent } from '../events.js';
import type { Policy } from '../policy/policy.js';
import { Failures } from './failures.js';
import type { Origin } from './origin.js';
import { Reader } from './reader.js';
import { Refreshes } from './refreshes.js';

const dayMs = 86_400_000;
/** Narratives: dear to make, safe to serve old. */
const policy: Policy = {
  maxAgeMs: 7 * dayMs,
  staleWhileRevalidateMs: 23 * dayMs,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  hardTimeoutMs: 25_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

describe('a refresh behind a stale answer (CA-7)', () => {
  let clock: VirtualClock;
  let events: LastgoodEvent[];
  let reader: Reader<string>;
  let dice: number;

  const readerOn = (origin: Origin<string>, hardTimeoutMs = policy.hardTimeoutMs) => {
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy: { ...policy, hardTimeoutMs } });
    const report = (event: LastgoodEvent) => void events.push(event);
    const namespace = 'narratives';
    reader = new Reader<string>({ namespace, clock, report, origin, cache, random: () => dice });
    cache.set('key', 'old');
  };
  const results = () => events.flatMap((event) => (event.type === 'refresh' ? [event.result] : []));

  beforeEach(() => {
    clock = new VirtualClock();
    events = [];
    dice = 0.5;
  });

  it('moves the confirmation: what is refreshed on day 8 is fresh until day 15 (mistake 8)', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    expect(await reader.get('key')).toMatchObject({ data: 'old', isStale: true, reason: 'revalidating' });
    await clock.advance(0);
    for (let day = 8; day < 15; day++) {
      expect(await reader.get('key')).toMatchObject({ data: 'new', isStale: false, age: (day - 8) * dayMs });
      await clock.advance(dayMs);
    }
    expect(origin.loads).toBe(1);
    expect(await reader.get('key')).toMatchObject({ isStale: true, band: 'revalidate' });
    await clock.advance(0);
    expect(origin.loads).toBe(2);
  });

  it('is tried three times, whether or not anybody reads, and then left to the next read', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    reader.peek('key');
    await clock.advance(dayMs);
    expect(origin.loads).toBe(3);
    expect(results()).toEqual(['started', 'failed', 'started', 'failed', 'started', 'failed']);
    expect(clock.pending).toBe(0);
    expect(reader.peek('key')).toMatchObject({ data: 'old', isStale: true, reason: 'origin-failed' });
    await clock.advance(0);
    expect(origin.loads).toBe(4);
  });

  it('backs off between the attempts', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    dice = 1;
    reader.peek('key');
    await clock.advance(74);
    expect(origin.loads).toBe(1);
    await clock.advance(1);
    expect(origin.loads).toBe(2);
    await clock.advance(150);
    expect(origin.loads).toBe(3);
  });

  it('ends with the first attempt that succeeds', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    reader.peek('key');
    await clock.advance(0);
    origin.answer({ value: 'new' });
    await clock.advance(1_000);
    expect(results()).toEqual(['started', 'failed', 'started', 'succeeded']);
    expect(reader.peek('key')).toMatchObject({ data: 'new', isStale: false });
    expect(clock.pending).toBe(0);
  });

  it('takes the hard timeout an attempt and 28 s in all, however slow the origin is, and keeps the old value', async () => {
    const origin = new SlowOrigin(clock, 60_000);
    readerOn(origin, 10_000);
    await clock.advance(8 * dayMs);
    const startedAt = clock.now();
    reader.peek('key');
    await clock.advance(9_999);
    expect(results()).toEqual(['started']);
    await clock.advance(1);
    expect(results()).toEqual(['started', 'failed']);
    await clock.advance(17_999);
    expect([origin.calls, results().length]).toEqual([3, 5]);
    await clock.advance(1);
    expect(results()).toHaveLength(6);
    expect([clock.now() - startedAt, clock.pending]).toEqual([28_000, 0]);
    expect(reader.cache.peek('key')).toMatchObject({ data: 'old' });
  });

  it('may take as long as a first load did: what needs 11 s is refreshed too (NA-5)', async () => {
    const origin = new SlowOrigin(clock, 60_000);
    readerOn(origin);
    await clock.advance(8 * dayMs);
    reader.peek('key');
    await clock.advance(24_999);
    expect(results()).toEqual(['started']);
    await clock.advance(3_001);
    expect(results()).toEqual(['started', 'failed', 'started', 'failed']);
    expect([origin.calls, clock.pending]).toEqual([2, 0]);
    origin.ms = 11_000;
    await clock.advance(dayMs);
    reader.peek('key');
    await clock.advance(11_000);
    expect(reader.peek('key')).toMatchObject({ data: 'value 3', isStale: false });
  });

  it('is not tried again where a read did so meanwhile', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    reader.peek('key');
    await clock.advance(10);
    origin.answer({ value: 'new' });
    await reader.refresh('key');
    await clock.advance(dayMs);
    expect(origin.loads).toBe(2);
  });

  it('tries again when a place is free, where all ten were taken', async () => {
    const slow = new SlowOrigin(clock, 3_000);
    readerOn(slow);
    await clock.advance(8 * dayMs);
    slow.answer = 'error';
    slow.ms = 0;
    reader.peek('key');
    await clock.advance(1);
    slow.answer = 'value';
    slow.ms = 3_000;
    for (let i = 0; i < 10; i++) {
      reader.cache.set(`key-${i}`, 'old', { confirmedAt: clock.now() - 8 * dayMs });
      reader.peek(`key-${i}`);
    }
    await clock.advance(2_900);
    expect([slow.calls, slow.most]).toEqual([11, 10]);
    await clock.advance(4_000);
    expect(reader.peek('key')).toMatchObject({ isStale: false });
  });

  it('gives up 28 s after it began, where no place comes free', async () => {
    const failures = new Failures(clock, () => 0);
    const report = (event: LastgoodEvent) => void events.push(event);
    const load = async (key: string) => {
      if (key !== 'key') return new Promise(() => undefined);
      failures.note(key, new Error('down'));
      throw new Error('down');
    };
    const refreshes = new Refreshes({
      namespace: 'n',
      clock,
      report,
      failures,
      isRunning: () => false,
      restMs: () => 0,
      aheadAtOnce: 1,
      load,
    });
    refreshes.start('key');
    await clock.advance(1);
    for (let i = 0; i < 10; i++) refreshes.start(`other ${i}`);
    await clock.advance(27_000);
    expect(clock.pending).toBe(1);
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  it('does not begin again within the two seconds after everything became stale everywhere', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    reader.peek('key');
    await clock.advance(0);
    reader.lineageChanged();
    await clock.advance(999);
    expect(origin.loads).toBe(1);
    await clock.advance(2_000);
    expect(origin.loads).toBe(3);
  });

  it('of a value that is loaded by somebody who waits is not another load', async () => {
    const origin = new SlowOrigin(clock, 100);
    readerOn(origin);
    await clock.advance(8 * dayMs);
    reader.peek('key');
    const joined = reader.refresh('key');
    await clock.advance(100);
    expect(await joined).toMatchObject({ value: 'value 1' });
    expect(origin.calls).toBe(1);
  });

  it('comes back over 2.5 s once an origin that failed answers again, each key at a moment of its own (CA-11)', async () => {
    const origin = new FakeOrigin('new');
    readerOn(origin);
    const keys = Array.from({ length: 60 }, (_, i) => `key:${i}`);
    for (const key of keys) reader.cache.set(key, 'old');
    await clock.advance(8 * dayMs);
    origin.fail(new Error('down'));
    reader.peek('key');
    await clock.advance(60_000);
    origin.answer({ value: 'new' });
    reader.peek('key');
    await clock.advance(0);
    const before = origin.loads;
    const perSecond: number[] = [];
    for (let step = 0; step < 30; step++) {
      for (const key of keys) reader.peek(key);
      await clock.advance(100);
      perSecond[Math.floor(step / 10)] = origin.loads;
    }
    const loads = perSecond.map((all, second) => all - (perSecond[second - 1] ?? before));
    expect(loads.reduce((sum, each) => sum + each)).toBe(60);
    expect(Math.max(...loads)).toBeLessThanOrEqual(30);
  });
});
