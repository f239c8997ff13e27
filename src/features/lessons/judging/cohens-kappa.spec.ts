import * as fc from 'fast-check';
import { cohensKappa } from './cohens-kappa.js';

const times = (n: number, one: string, other: string) =>
  Array.from({ length: n }, (): [string, string] => [one, other]);

describe("Cohen's kappa", () => {
  it('is .4 for the table of 20, 5, 10 and 15 that textbooks work out (LE-8)', () => {
    const pairs = [
      ...times(20, 'yes', 'yes'),
      ...times(5, 'yes', 'no'),
      ...times(10, 'no', 'yes'),
      ...times(15, 'no', 'no'),
    ];
    expect(cohensKappa(pairs)).toBeCloseTo(0.4, 12);
  });

  it('is 1 for those who always agree, 0 for chance and -1 for those who never do (LE-8)', () => {
    expect(cohensKappa([...times(3, 'a', 'a'), ...times(4, 'b', 'b')])).toBe(1);
    expect(
      cohensKappa([
        ...times(1, 'a', 'a'),
        ...times(1, 'a', 'b'),
        ...times(1, 'b', 'a'),
        ...times(1, 'b', 'b'),
      ]),
    ).toBe(0);
    expect(cohensKappa([...times(5, 'a', 'b'), ...times(5, 'b', 'a')])).toBe(-1);
  });

  it('is 1 where both only ever say the same one thing (LE-8)', () => {
    expect(cohensKappa(times(9, 'a', 'a'))).toBe(1);
  });

  it('is not known of fewer than two (LE-8)', () => {
    expect([cohensKappa([]), cohensKappa(times(1, 'a', 'a'))]).toEqual([null, null]);
  });

  it('is between -1 and 1, whoever of the two is named first (LE-8)', () => {
    const label = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 2 }), (pairs) => {
        const kappa = cohensKappa(pairs)!;
        expect(kappa).toBeGreaterThanOrEqual(-1);
        expect(kappa).toBeLessThanOrEqual(1);
        expect(cohensKappa(pairs.map(([one, other]) => [other, one]))).toBe(kappa);
      }),
    );
  });
});
