import type { LlmAttempt } from '../../../platform/llm/index.js';
import type { CallRecord } from './call-record.js';
import type { Candidate } from './candidate.js';
import type { CallContext } from './call-context.js';

const perMtok = 1_000_000;

/** How asking one model ended. */
interface Ending {
  readonly outcome: LlmAttempt['outcome'];
  readonly attempts: readonly LlmAttempt[];
  readonly servedModel: string | null;
  readonly isCut: boolean;
}

/** What is kept of one model that was asked: all its attempts together. */
export function recordCall(
  { phase, snapshot, configVersion }: CallContext,
  { rank, modelId }: Candidate,
  { attempts, outcome, servedModel, isCut }: Ending,
): CallRecord {
  const isKnown = attempts.every(({ usage }) => usage !== null);
  const sum = (of: 'inputTokens' | 'outputTokens') =>
    isKnown ? attempts.reduce((total, { usage }) => total + (usage?.[of] ?? 0), 0) : null;
  const inputTokens = sum('inputTokens');
  const outputTokens = sum('outputTokens');
  const price = snapshot.models.get(modelId);
  const costUsd =
    inputTokens === null || outputTokens === null || price === undefined
      ? null
      : (inputTokens * price.inputUsdPerMtok + outputTokens * price.outputUsdPerMtok) / perMtok;
  return {
    phase,
    rank,
    modelId,
    servedModel,
    outcome,
    isCut,
    attempts: attempts.length,
    inputTokens,
    outputTokens,
    costUsd,
    durationMs: attempts.reduce((total, { durationMs }) => total + durationMs, 0),
    configVersion,
    snapshotId: snapshot.id,
  };
}
