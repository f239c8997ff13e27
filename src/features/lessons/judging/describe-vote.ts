import type { Decision } from './decide-vote.js';
import { hasAnswered, type JudgeOutcome } from './judge-outcome.js';
import { passes, recommend } from './recommend.js';
import { judgeRoles } from './vote.js';
import type { JudgeResult, VoteResult } from './vote-result.js';

/** Judges that have to be left when the authors are taken out (LE-5). */
const fewest = 2;

/** A decision with all that it was made of. */
export function describeVote(
  decision: Exclude<Decision, { method: 'failed' }>,
  outcomes: readonly JudgeOutcome[],
): VoteResult {
  const { method, score, recommendation, confidence, hasCritical, counted, dissent } = decision;
  const answered = outcomes.filter(hasAnswered);
  const weights = answered.flatMap(({ role, vote }) => (counted.includes(role) ? [[role, vote.weight]] : []));
  return {
    method,
    score,
    recommendation,
    passes: passes(score),
    confidence,
    hasCritical,
    verdicts: outcomes.map((outcome) => describeOutcome(outcome, decision)),
    weights: Object.fromEntries(weights),
    dissent,
    independence: describeIndependence(outcomes),
    thirdAsked: outcomes.some(
      (outcome) => outcome.role === 'tiebreaker' && (hasAnswered(outcome) || outcome.wasAsked),
    ),
    records: outcomes.flatMap(({ records }) => records),
  };
}

function describeOutcome(outcome: JudgeOutcome, { counted }: { counted: readonly string[] }): JudgeResult {
  if (!hasAnswered(outcome)) {
    const { role, modelId, servedModel, failure } = outcome;
    return { role, modelId, servedModel, failure };
  }
  const { role, modelId, servedModel, vote, verdict } = outcome;
  const { weight, score, confidence } = vote;
  const recommendation = recommend(vote);
  const isCounted = counted.includes(role);
  return {
    role,
    modelId,
    servedModel,
    weight,
    score,
    recommendation,
    confidence,
    verdict,
    counted: isCounted,
  };
}

function describeIndependence(outcomes: readonly JudgeOutcome[]): VoteResult['independence'] {
  const excluded = outcomes.flatMap((outcome) => {
    if (hasAnswered(outcome) || outcome.exclusion === null) return [];
    return [{ role: outcome.role, modelId: outcome.modelId, reason: outcome.exclusion }];
  });
  const authors = excluded.filter(({ reason }) => reason === 'wrote the draft');
  return { excluded, isSufficient: judgeRoles.length - authors.length >= fewest };
}
