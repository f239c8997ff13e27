import { lastChangeOf, lookAgainAt } from './look-again-at.js';

describe('when a view is read again after its content changed (CT-6)', () => {
  it.each([
    [-1, 2_000],
    [0, 2_000],
    [1_999, 2_000],
    [2_000, 10_000],
    [9_999, 10_000],
    [10_000, null],
    [Number.MAX_SAFE_INTEGER, null],
  ])('read %d ms after, it is at %p ms (CT-6)', (readAt, moment) => {
    expect(lookAgainAt(readAt, 0)).toBe(moment);
    expect(lookAgainAt(1_000_000 + readAt, 1_000_000)).toBe(moment === null ? null : 1_000_000 + moment);
  });

  it('is counted from the last change of any of its scopes (CT-6)', () => {
    const at = (moment: number) => ({ at: moment }) as never;
    const watermarks = new Map([
      ['book:1', at(5)],
      ['books', at(9)],
      ['book:10', at(99)],
    ]);
    expect(lastChangeOf({ watermarks, dropped: null }, ['book:1', 'books', 'book:2'])).toBe(9);
    expect(lastChangeOf({ watermarks, dropped: null }, ['book:2'])).toBe(Number.NEGATIVE_INFINITY);
    expect(lookAgainAt(0, Number.NEGATIVE_INFINITY)).toBeNull();
  });

  it('is counted from when changes were last known one by one, for what is not known by now (CT-6)', () => {
    const dropped = { at: 50 } as never;
    const watermarks = new Map([['book:1', { at: 70 } as never]]);
    expect(lastChangeOf({ watermarks, dropped }, ['book:2'])).toBe(50);
    expect(lastChangeOf({ watermarks, dropped }, ['book:1', 'book:2'])).toBe(70);
  });
});
