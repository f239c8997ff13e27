import { ToldBefore } from './told-before.js';

const section = (done: number) => ({ type: 'section', done, of: 3 }) as const;
const finished = (remainingMs: number, tokens = 1) =>
  ({
    type: 'node-finished',
    node: 'planner',
    iteration: 1,
    tokens,
    costUsd: 0,
    isCostComplete: true,
    remainingMs,
  }) as const;

describe('what earlier runs of a lesson told (LE-7)', () => {
  it('is taken back from a run that tells it again, once for each time, in any order (LE-7)', () => {
    const before = new ToldBefore([section(1), section(2), section(1)]);
    expect(
      [section(2), section(1), section(1), section(1), section(3)].map((each) => before.take(each)),
    ).toEqual([true, true, true, false, false]);
  });

  it('is the same with another estimate, and another with other tokens (LE-7)', () => {
    const before = new ToldBefore([finished(5), finished(6)]);
    expect([before.take(finished(7)), before.take(finished(5, 2)), before.take(finished(9))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is found whatever the order of its fields (LE-7)', () => {
    expect(new ToldBefore([{ of: 3, done: 1, type: 'section' }]).take(section(1))).toBe(true);
  });
});
