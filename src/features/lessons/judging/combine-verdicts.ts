import { roundScore } from './round-score.js';
import { confidences } from './verdict.js';
import type { Vote } from './vote.js';

/**
 * Several votes as one: the score is Σw·s/Σw, never outside theirs; the confidence is the least there is, and a critical
 * issue of any of them is one of the whole. At least one vote, weights above 0.
 */
export function combineVerdicts(votes: readonly Vote[]): Omit<Vote, 'weight'> {
  const scores = votes.map(({ score }) => score);
  const weight = votes.reduce((sum, vote) => sum + vote.weight, 0);
  const mean = votes.reduce((sum, vote) => sum + vote.weight * vote.score, 0) / weight;
  return {
    score: Math.min(Math.max(roundScore(mean), Math.min(...scores)), Math.max(...scores)),
    hasCritical: votes.some(({ hasCritical }) => hasCritical),
    confidence: confidences.find((each) => votes.some(({ confidence }) => confidence === each))!,
  };
}
