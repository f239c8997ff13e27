import { criterionNames } from '../../src/features/lessons/judging/criteria.js';
import { verdictSchema, type Verdict } from '../../src/features/lessons/judging/verdict.js';
import type { Vote } from '../../src/features/lessons/judging/vote.js';

/** A verdict that is worth the score: every criterion is given it. */
export const aVerdict = (score: number, over: Partial<Verdict> = {}): Verdict =>
  verdictSchema.parse({
    rationale: 'as it is',
    criteria: Object.fromEntries(criterionNames.map((name) => [name, score])),
    issues: [],
    confidence: 'high',
    ...over,
  });

export const aVote = (score: number, over: Partial<Vote> = {}): Vote => ({
  score,
  hasCritical: false,
  confidence: 'high',
  weight: 1,
  ...over,
});
