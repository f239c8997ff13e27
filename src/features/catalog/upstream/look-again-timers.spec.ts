import { VirtualClock } from '../../../testing/index.js';
import { LookAgainTimers } from './look-again-timers.js';

/** What is held of some keys, and when their refreshes were begun. */
class HeldViews {
  readonly begun: [string, number][] = [];
  readonly stale = new Set<string>();
  readonly held = new Set<string>();
  retryMs = 0;
  readonly cache = { has: (key: string) => this.held.has(key) };

  constructor(private readonly clock: VirtualClock) {}

  describe(key: string) {
    return { isStale: this.stale.has(key) };
  }
  retryInMs(): number {
    return this.retryMs;
  }
  refreshAhead(key: string): void {
    this.begun.push([key, this.clock.now() - new VirtualClock().now()]);
  }
  hold(key: string, isStale: boolean): void {
    this.held.add(key);
    if (isStale) this.stale.add(key);
    else this.stale.delete(key);
  }
}

/** Its timers fire up to a millisecond early, as the system's do. */
class EarlyClock extends VirtualClock {
  override after(ms: number, fire: () => void) {
    return super.after(Math.trunc(ms) - 0.5, fire);
  }
}

describe('the moments when views are read again (CT-6)', () => {
  let clock: VirtualClock;
  let views: HeldViews;
  let timers: LookAgainTimers;

  beforeEach(() => {
    clock = new VirtualClock();
    views = new HeldViews(clock);
    timers = new LookAgainTimers(clock);
    timers.use(views as never);
  });
  const at = (key: string, ms: number) => timers.at(key, clock.now() + ms);

  it('are one for each key: the last that was told (CT-6)', async () => {
    views.hold('a', true);
    views.hold('b', true);
    at('a', 500);
    at('a', 2_000);
    at('b', 1_000);
    expect(timers.size).toBe(2);
    await clock.advance(2_000);
    expect(views.begun).toEqual([
      ['b', 1_000],
      ['a', 2_000],
      ['b', 2_000],
    ]);
  });

  it('come again each second while it is stale still, and five times at most (CT-6)', async () => {
    views.hold('a', true);
    at('a', 1_000);
    await clock.advance(60_000);
    expect(views.begun.map(([, ms]) => ms)).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(timers.size).toBe(0);
  });

  it('wait for as long as the origin is left alone (CT-6)', async () => {
    views.hold('a', true);
    views.retryMs = 5_000;
    at('a', 1_000);
    await clock.advance(6_000);
    expect(views.begun.map(([, ms]) => ms)).toEqual([1_000, 6_000]);
  });

  it('are never a little too early, when it would still be fresh (CT-6)', async () => {
    clock = new EarlyClock();
    views = new HeldViews(clock);
    timers = new LookAgainTimers(clock);
    timers.use(views as never);
    views.hold('a', false);
    at('a', 2_000);
    await clock.advance(1_999.9);
    views.hold('a', true);
    await clock.advance(0.1);
    expect(views.begun).toEqual([['a', 2_000]]);
  });

  it('are nothing for what is fresh by then, or not held any more (CT-6)', async () => {
    views.hold('fresh', false);
    at('fresh', 1_000);
    at('gone', 1_000);
    await clock.advance(2_000);
    expect([views.begun, timers.size, clock.pending]).toEqual([[], 0, 0]);
  });

  it('are 10,000 at most, whatever else is told (CT-6)', () => {
    for (let key = 0; key < 10_010; key++) at(String(key), 1_000);
    at('1', 2_000);
    expect([timers.size, clock.pending]).toEqual([10_000, 10_000]);
  });

  it('are none once the process ends (CT-6)', () => {
    at('a', 1_000);
    timers.beforeApplicationShutdown();
    at('b', 1_000);
    expect([timers.size, clock.pending]).toEqual([0, 0]);
  });
});
