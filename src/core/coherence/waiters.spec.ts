import { VirtualClock } from '../../testing/virtual-clock.js';
import { Waiters } from './waiters.js';

describe('Waiters', () => {
  let clock: VirtualClock;
  let waiters: Waiters;
  let level: number;
  const reaches = (wanted: number, withinMs = 1_000) => waiters.until(() => level >= wanted, withinMs);

  beforeEach(() => {
    clock = new VirtualClock();
    waiters = new Waiters(clock);
    level = 0;
  });

  afterEach(() => expect(clock.pending).toBe(0));

  it('answer at once, without a timer, where the condition holds already', async () => {
    level = 1;
    expect(await reaches(1, 0)).toBe(true);
  });

  it('answer true at the first check at which the condition holds', async () => {
    const waiting = reaches(2);
    level = 1;
    waiters.check();
    expect(clock.pending).toBe(1);
    level = 2;
    waiters.check();
    expect(await waiting).toBe(true);
  });

  it('answer false at the deadline, each at its own', async () => {
    const short = reaches(1, 100);
    const long = reaches(1, 200);
    await clock.advance(100);
    expect(await short).toBe(false);
    level = 1;
    waiters.check();
    expect(await long).toBe(true);
  });

  it('look at each condition by itself', async () => {
    const waiting = [1, 2, 3].map((wanted) => reaches(wanted));
    level = 2;
    waiters.check();
    await clock.advance(1_000);
    expect(await Promise.all(waiting)).toEqual([true, true, false]);
  });

  it('do not notice between checks: a deadline that passes unchecked answers false', async () => {
    const waiting = reaches(1);
    level = 1;
    await clock.advance(1_000);
    expect(await waiting).toBe(false);
  });

  it('go unanswered when abandoned, and are settled once and for all', async () => {
    const waiting = [reaches(1), reaches(2)];
    waiters.abandon();
    level = 2;
    waiters.check();
    waiters.abandon();
    expect(await Promise.all(waiting)).toEqual([false, false]);
  });
});
