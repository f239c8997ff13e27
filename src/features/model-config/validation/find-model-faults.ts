import type { Fault } from './fault.js';
import { nameJudge, nameModel, namePhase } from '../rows/name-rows.js';
import type { ProposedConfig, ProposedJudge, ProposedModel, ProposedPhase } from '../rows/proposed-config.js';

type Catalogue = ReadonlyMap<string, ProposedModel>;

/** Rows that name a model which isn't there, is retired, is too small for them, or is its own fallback. */
export function findModelFaults({ models, phases, judges }: ProposedConfig): Fault[] {
  const catalogue: Catalogue = new Map(models.map((model) => [model.id, model]));
  return [
    ...models.flatMap((model) => findLostReplacement(model, catalogue)),
    ...phases.flatMap((row) => findRowFaults(namePhase(row), row, catalogue)),
    ...judges.flatMap((row) => findRowFaults(nameJudge(row), row, catalogue)),
  ];
}

function findLostReplacement({ id, replacementId }: ProposedModel, catalogue: Catalogue): Fault[] {
  if (replacementId === null || (replacementId !== id && catalogue.has(replacementId))) return [];
  const problem = replacementId === id ? 'is the model itself' : 'is not among the models';
  const message = `replacementId "${replacementId}" ${problem}`;
  return [{ path: `${nameModel(id)}.replacementId`, message }];
}

function findRowFaults(path: string, row: ProposedPhase | ProposedJudge, catalogue: Catalogue): Fault[] {
  const faults = findModelFaultsOf(path, row, 'modelId', catalogue);
  if (row.fallbackModelId === null) return faults;
  // What is wrong with the primary would only be told twice.
  if (row.fallbackModelId !== row.modelId)
    return [...faults, ...findModelFaultsOf(path, row, 'fallbackModelId', catalogue)];
  const message = `fallbackModelId "${row.fallbackModelId}" is also modelId; it must be another model`;
  return [...faults, { path: `${path}.fallbackModelId`, message }];
}

function findModelFaultsOf(
  path: string,
  row: ProposedPhase | ProposedJudge,
  field: 'modelId' | 'fallbackModelId',
  catalogue: Catalogue,
): Fault[] {
  const reference = `${field} "${row[field]}"`;
  const model = catalogue.get(row[field] ?? '');
  if (!model) return [{ path: `${path}.${field}`, message: `${reference} is not among the models` }];

  const faults: Fault[] = [];
  if (model.status === 'retired') {
    const advice = model.replacementId === null ? '' : `; its replacement is "${model.replacementId}"`;
    faults.push({ path: `${path}.${field}`, message: `${reference} is retired${advice}` });
  }
  for (const [limited, tokens] of listTokenLimits(row)) {
    if (tokens <= model.maxContextTokens) continue;
    const limit = `the ${model.maxContextTokens} maxContextTokens of ${reference}`;
    faults.push({ path: `${path}.${limited}`, message: `${limited} ${tokens} exceeds ${limit}` });
  }
  return faults;
}

function listTokenLimits(row: ProposedPhase | ProposedJudge): [string, number][] {
  const limits: [string, number][] = [['maxTokens', row.maxTokens]];
  return 'maxContextTokens' in row ? [...limits, ['maxContextTokens', row.maxContextTokens]] : limits;
}
