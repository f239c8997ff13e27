import type { CallRecord } from '../../model-config/index.js';
import type { CostRow, CostSum, CostSummary } from '../lesson/cost-summary.js';

const nothing: CostSum = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, isComplete: true };

/** What a lesson cost: by phase and model, and in all. */
export function summarizeCalls(calls: readonly CallRecord[]): CostSummary {
  const rows = new Map<string, CostRow>();
  for (const call of calls) {
    const key = `${call.phase} ${call.modelId}`;
    const { phase, modelId } = call;
    rows.set(key, add(rows.get(key) ?? { phase, modelId, ...nothing }, call));
  }
  return { ...calls.reduce(add<CostSum>, nothing), rows: [...rows.values()] };
}

function add<Sum extends CostSum>(sum: Sum, call: CallRecord): Sum {
  return {
    ...sum,
    calls: sum.calls + 1,
    inputTokens: sum.inputTokens + (call.inputTokens ?? 0),
    outputTokens: sum.outputTokens + (call.outputTokens ?? 0),
    costUsd: sum.costUsd + (call.costUsd ?? 0),
    isComplete: sum.isComplete && call.costUsd !== null,
  };
}
