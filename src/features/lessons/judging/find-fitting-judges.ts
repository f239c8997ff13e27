import type { ConfigSnapshot, JudgeRow } from '../../model-config/index.js';
import { findEligibleModels } from './find-eligible-models.js';

const none: ReadonlySet<string> = new Set();

/** The judges of which a model takes a prompt of so many tokens beside its answer. */
export function findFittingJudges(
  judges: readonly JudgeRow[],
  { models }: Pick<ConfigSnapshot, 'models'>,
  promptTokens: number,
): JudgeRow[] {
  return judges.filter((judge) =>
    findEligibleModels(judge, none).some(
      (id) => promptTokens + judge.maxTokens <= (models.get(id)?.maxContextTokens ?? 0),
    ),
  );
}
