import { criteria, criterionNames } from './criteria.js';
import { roundScore } from './round-score.js';
import type { Verdict } from './verdict.js';

/** The weighted mean of the criteria, 0..1. */
export function scoreVerdict({ criteria: grades }: Pick<Verdict, 'criteria'>): number {
  const hundredths = criterionNames.reduce((sum, name) => sum + criteria[name].weight * grades[name], 0);
  return roundScore(hundredths / 100);
}
