import type { JudgeRow } from '../../model-config/index.js';

/** The models of a judge that may be asked, in the order in which they are; none: it is excluded (LE-5). */
export function findEligibleModels(
  { modelId, fallbackModelId }: Pick<JudgeRow, 'modelId' | 'fallbackModelId'>,
  avoid: ReadonlySet<string>,
): string[] {
  const models = fallbackModelId === null ? [modelId] : [modelId, fallbackModelId];
  return models.filter((id) => !avoid.has(id));
}
