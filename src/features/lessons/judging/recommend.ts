import type { Vote } from './vote.js';

export type Recommendation =
  'ACCEPT' | 'ACCEPT_WITH_MINOR_REVISION' | 'ITERATIVE_REFINEMENT' | 'REGENERATE' | 'ESCALATE_TO_HUMAN';

const acceptFrom = 0.9;
const reviseFrom = 0.75;
const refineFrom = 0.6;
const passFrom = 0.7;

/**
 * What a score comes to (LE-3); low confidence goes to a person whatever the score. A critical issue never comes to an
 * ACCEPT, from .90 on neither: "without critical issues" is read as holding for both.
 */
export function recommend({ score, hasCritical, confidence }: Omit<Vote, 'weight'>): Recommendation {
  if (confidence === 'low') return 'ESCALATE_TO_HUMAN';
  if (score < refineFrom) return 'REGENERATE';
  if (hasCritical || score < reviseFrom) return 'ITERATIVE_REFINEMENT';
  return score < acceptFrom ? 'ACCEPT_WITH_MINOR_REVISION' : 'ACCEPT';
}

/** Whether the lesson meets the rubric. Of the score alone: what is to be done with it is the recommendation. */
export function passes(score: number): boolean {
  return score >= passFrom;
}
