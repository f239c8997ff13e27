import { VirtualClock } from '../../testing/virtual-clock.js';
import { Repeating } from './repeating.js';

describe('repeating', () => {
  let clock: VirtualClock;
  let runs: number;
  beforeEach(() => {
    clock = new VirtualClock();
    runs = 0;
  });

  it('begins a run a pause after the one before has ended, however long that took', async () => {
    let end = () => {};
    const repeating = new Repeating(100, () => {
      runs++;
      return new Promise<void>((resolve) => (end = resolve));
    });
    repeating.start(clock, 10);
    await clock.advance(10);
    expect(runs).toBe(1);
    await clock.advance(1_000);
    expect(runs).toBe(1);
    end();
    await clock.advance(99);
    expect(runs).toBe(1);
    await clock.advance(1);
    expect(runs).toBe(2);
  });

  it('comes again when a run fails, at once or later', async () => {
    const failures = [
      () => {
        throw new Error('at once');
      },
      () => Promise.reject(new Error('later')),
    ];
    const repeating = new Repeating(100, () => failures[runs++]?.());
    repeating.start(clock);
    await clock.advance(300);
    expect(runs).toBe(3);
  });

  it('asks for the pause each time', async () => {
    const pauses = [1, 10, 100, 1_000];
    const moments: number[] = [];
    const since = clock.now();
    const repeating = new Repeating(
      () => pauses.shift()!,
      () => moments.push(clock.now() - since),
    );
    repeating.start(clock);
    await clock.advance(200);
    expect(moments).toEqual([1, 11, 111]);
  });

  it('waits anew when it is started again, and never runs twice at a time', async () => {
    let underWay = 0;
    let most = 0;
    const repeating = new Repeating(100, async () => {
      most = Math.max(most, ++underWay);
      runs++;
      await new Promise<void>((resolve) => void clock.after(50, resolve));
      underWay--;
    });
    repeating.start(clock);
    await clock.advance(99);
    repeating.start(clock);
    await clock.advance(99);
    expect(runs).toBe(0);
    await clock.advance(1);
    repeating.start(clock, 10);
    await clock.advance(1_000);
    expect(runs).toBeGreaterThan(2);
    expect(most).toBe(1);
  });

  it('stops for good, once the run under way has ended, and leaves no timer', async () => {
    let end = () => {};
    const repeating = new Repeating(100, () => new Promise<void>((resolve) => (end = resolve)));
    repeating.start(clock);
    await clock.advance(100);
    let isStopped = false;
    const stopping = repeating.stop().then(() => (isStopped = true));
    await clock.advance(0);
    expect(isStopped).toBe(false);
    end();
    await stopping;
    repeating.start(clock);
    expect(clock.pending).toBe(0);
  });
});
