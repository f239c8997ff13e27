import {
  Reader,
  StaleWhileRevalidateCache,
  Stream,
  type LastgoodEvent,
  type Policy,
  type ReadResult,
} from '../../core/index.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { DegradedState } from '../observability/index.js';
import type { OutageAlert } from './outage-alert.js';
import { OutageWatch } from './outage-watch.js';

const minute = 60_000;
const hour = 60 * minute;
const policy: Policy = {
  maxAgeMs: 5 * minute,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const feedFailed: LastgoodEvent = { type: 'feed-failed', stream: 'config', error: new Error('refused') };
const feedAnswered: LastgoodEvent = { type: 'feed-answered', stream: 'config' };

describe('OutageWatch (MC-21)', () => {
  let clock: VirtualClock;
  let state: DegradedState;
  let told: OutageAlert[];
  let reader: Reader<string>;
  let watch: OutageWatch;

  beforeEach(async () => {
    clock = new VirtualClock();
    state = new DegradedState(clock);
    told = [];
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream: new Stream('none') });
    reader = new Reader({
      namespace: 'model-config',
      clock,
      report: state.fold,
      cache,
      origin: new FakeOrigin('value'),
      random: () => 0,
    });
    state.watch({ namespace: 'model-config', read: () => reader.describe('k'), staleAlarmMs: hour });
    await reader.refresh('k');
    watch = new OutageWatch(clock, state, (alert) => told.push(alert));
  });

  const kinds = () => told.map(({ kind }) => kind);
  const fail = () => state.fold(feedFailed);
  const recover = async () => {
    state.fold(feedAnswered);
    await reader.refresh('k');
  };
  /** Polls confirm what is held, as in health. */
  const healthyFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      await recover();
      await clock.advance(Math.min(10_000, ms - passed));
    }
  };

  it('tells nothing of an hour without an outage, and nothing of one that is shorter than the alarm', async () => {
    watch.start();
    await healthyFor(hour);
    fail();
    await clock.advance(hour - minute);
    await healthyFor(hour);
    expect(told).toEqual([]);
  });

  it('tells once of an outage however long it is, with namespace, age and reasons', async () => {
    watch.start();
    fail();
    await clock.advance(hour + 10_000);
    expect(told).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        kind: 'outage',
        namespace: 'model-config',
        ageMs: expect.any(Number),
        alarmMs: hour,
        confirmedAt: new Date(Date.UTC(2026, 0, 1)).toISOString(),
        at: expect.stringMatching(/^2026-01-01T01:00:0\d\.000Z$/),
        reasons: ['postgres-unreachable:config', 'stale:model-config'],
      },
    ]);
    expect(told[0]!.ageMs).toBeGreaterThanOrEqual(hour);
    expect(watch.active()).toEqual(new Set(['model-config']));
    await clock.advance(48 * hour);
    expect(kinds()).toEqual(['outage']);
  });

  it('tells once of its end, when that was steady for a minute', async () => {
    watch.start();
    fail();
    await clock.advance(2 * hour);
    await healthyFor(50_000);
    expect(kinds()).toEqual(['outage']);
    await healthyFor(20_000);
    expect(kinds()).toEqual(['outage', 'recovery']);
    expect(told[1]).toMatchObject({ namespace: 'model-config', reasons: [] });
    expect(told[1]!.ageMs).toBeLessThan(minute);
    expect(told[1]!.confirmedAt).toBe(told[0]!.confirmedAt);
    expect(watch.active()).toEqual(new Set());
    await healthyFor(2 * hour);
    expect(told).toHaveLength(2);
  });

  it('tells of the next outage as of the first', async () => {
    watch.start();
    for (let outage = 0; outage < 3; outage++) {
      fail();
      await clock.advance(2 * hour);
      await healthyFor(2 * minute);
    }
    expect(kinds()).toEqual(['outage', 'recovery', 'outage', 'recovery', 'outage', 'recovery']);
  });

  it('a database that flaps is one outage where its alarm is short: no flood', async () => {
    const flapping = new DegradedState(clock);
    let age = 0;
    const label = () => ({ age, isStale: age > 0 }) as ReadResult<string>;
    flapping.watch({ namespace: 'model-config', read: label, staleAlarmMs: 30_000 });
    watch = new OutageWatch(clock, flapping, (alert) => told.push(alert));
    watch.start();
    for (let at = 0; at < 500; at++) {
      age = at % 2 === 0 ? 31_000 : 0;
      await clock.advance(10_000);
    }
    expect(kinds()).toEqual(['outage']);
  });

  it('an outage that began before the start is told of once, as soon as it is sure', async () => {
    fail();
    await clock.advance(3 * hour);
    watch.start();
    await clock.advance(10_000);
    expect(kinds()).toEqual(['outage']);
    expect(told[0]!.confirmedAt).toBe(new Date(Date.UTC(2026, 0, 1)).toISOString());
    await clock.advance(hour);
    expect(told).toHaveLength(1);
  });

  it('a machine that slept through the alarm and is confirmed on waking has had no outage', async () => {
    watch.start();
    await healthyFor(minute);
    watch.stop();
    await clock.advance(5 * hour);
    watch.start();
    await recover();
    await healthyFor(hour);
    expect(told).toEqual([]);
  });

  it('an hour with nothing to serve is no stale service', async () => {
    const empty = new DegradedState(clock);
    empty.watch({ namespace: 'model-config', read: () => null, staleAlarmMs: hour });
    watch = new OutageWatch(clock, empty, (alert) => told.push(alert));
    watch.start();
    await clock.advance(3 * hour);
    expect(told).toEqual([]);
  });

  it('tells nothing more once it is stopped', async () => {
    watch.start();
    watch.stop();
    fail();
    await clock.advance(3 * hour);
    expect([told, clock.pending]).toEqual([[], 0]);
  });
});
