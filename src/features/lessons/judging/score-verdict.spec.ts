import * as fc from 'fast-check';
import { criteria, criterionNames, type Criterion } from './criteria.js';
import { recommend } from './recommend.js';
import { scoreVerdict } from './score-verdict.js';

const graded = (grade: (name: Criterion) => number) => ({
  criteria: Object.fromEntries(criterionNames.map((name) => [name, grade(name)])) as Record<
    Criterion,
    number
  >,
});

describe('the score of a verdict', () => {
  it('is 1 for six 1s, and 0 for six 0s (LE-3)', () => {
    expect([scoreVerdict(graded(() => 1)), scoreVerdict(graded(() => 0))]).toEqual([1, 0]);
  });

  it.each(criterionNames)('is the weight of %s where that alone is 1 (LE-3)', (only) => {
    expect(scoreVerdict(graded((name) => (name === only ? 1 : 0)))).toBe(criteria[only].weight / 100);
  });

  it('is exactly what all criteria are given, at any two decimals (LE-3)', () => {
    for (let hundredths = 0; hundredths <= 100; hundredths++)
      expect(scoreVerdict(graded(() => hundredths / 100))).toBe(hundredths / 100);
  });

  it('loses no edge of a band to floating point, whatever grades it is made of (LE-3)', () => {
    const grades = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(grades, (given) => {
        const exact = criterionNames.reduce((sum, name, at) => sum + criteria[name].weight * given[at]!, 0);
        const score = scoreVerdict(graded((name) => given[criterionNames.indexOf(name)]! / 100));
        expect([score >= 0.9, score >= 0.75, score >= 0.7, score >= 0.6]).toEqual(
          [9_000, 7_500, 7_000, 6_000].map((edge) => exact >= edge),
        );
      }),
    );
  });

  it('reaches a band by grades that add up to its edge (LE-3)', () => {
    const given = { ...graded(() => 0.7).criteria, objectiveAlignment: 0.9 };
    const score = scoreVerdict({ criteria: given });
    expect(score).toBe(0.75);
    expect(recommend({ score, hasCritical: false, confidence: 'high' })).toBe('ACCEPT_WITH_MINOR_REVISION');
  });
});
