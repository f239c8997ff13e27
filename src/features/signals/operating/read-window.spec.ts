import { ReadWindow } from './read-window.js';

const counters = (hits: number, expired: number) => ({ reads: hits + expired, hits, found: 0, expired });

describe('the reads of the last ten minutes (SI-10)', () => {
  it('say nothing while there are fewer than 100 of them', () => {
    const window = new ReadWindow();
    expect(window.look(counters(90, 9))).toBeNull();
    expect(window.look(counters(90, 10))).toEqual({ hitRatio: 0.9, violations: 0.1 });
  });

  it('forget what is longer ago', () => {
    const window = new ReadWindow();
    window.look(counters(0, 1_000));
    for (let minute = 1; minute <= 9; minute++) window.look(counters(100 * minute, 1_000));
    expect(window.look(counters(1_000, 1_000))).toEqual({ hitRatio: 1, violations: 0 });
    expect(window.look(counters(1_000, 1_000))).toEqual({ hitRatio: 1, violations: 0 });
    expect(window.look(counters(1_000, 1_050))?.violations).toBeCloseTo(50 / 850);
  });
});
