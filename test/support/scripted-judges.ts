import { AppError } from '../../src/core/index.js';
import type { JudgeCall, JudgeCaller } from '../../src/features/lessons/judging/judge-caller.js';
import { JudgePanelVoter, type VoteRequest } from '../../src/features/lessons/judging/judge-panel.voter.js';
import type { JudgeRole } from '../../src/features/lessons/judging/vote.js';
import type { CallRecord } from '../../src/features/model-config/calling/call-record.js';
import { aJudge } from './config-rows.js';
import { aVerdict } from './verdicts.js';

class UpstreamError extends AppError {
  readonly code = 'timeout';
  readonly retryable = true;
  constructor(readonly records: readonly CallRecord[]) {
    super('No answer');
  }
}

export const record = (modelId: string, outcome = 'ok'): CallRecord => ({
  phase: 'stage_6_judge',
  rank: 'primary',
  modelId,
  servedModel: outcome === 'ok' ? modelId : null,
  outcome,
  isCut: false,
  attempts: 1,
  inputTokens: 10,
  outputTokens: 5,
  costUsd: 0.01,
  durationMs: 100,
  configVersion: 7,
  snapshotId: '7-abc',
});
export const answer = (score: number, modelId: string, servedModel = modelId): JudgeCall => ({
  verdict: aVerdict(score),
  servedModel,
  records: [record(modelId)],
});
export const timedOut = (modelId: string) => new UpstreamError([record(modelId, 'timeout')]);

export function deferred() {
  let resolve!: (call: JudgeCall) => void;
  const promise = new Promise<JudgeCall>((settle) => (resolve = settle));
  return { promise, resolve };
}

type Answer = JudgeCall | Error | Promise<JudgeCall>;

/** Answers as it was told, by role, and keeps what it was asked. */
class ScriptedCaller implements JudgeCaller {
  readonly asked: JudgeRole[] = [];
  readonly avoided: Partial<Record<JudgeRole, string[]>> = {};

  constructor(private readonly answers: Partial<Record<JudgeRole, Answer>>) {}

  async judge(role: JudgeRole, _judge: unknown, avoid: ReadonlySet<string>): Promise<JudgeCall> {
    this.asked.push(role);
    this.avoided[role] = [...avoid].toSorted();
    const scripted = this.answers[role];
    if (scripted === undefined) throw new Error(`nobody thought that ${role} would be asked`);
    if (scripted instanceof Error) throw scripted;
    return scripted;
  }
}

const facts = { version: 1, createdAt: '', updatedAt: '', updatedBy: '' };
export const seat = (role: JudgeRole, modelId: string, fallbackModelId: string | null, weight = 1) => ({
  judge: { ...aJudge(role, modelId, { fallbackModelId }), ...facts },
  weight,
});
export const seats = {
  primary: seat('primary', 'j/one', 'j/one-b', 0.75),
  secondary: seat('secondary', 'j/two', 'j/two-b', 0.25),
  tiebreaker: seat('tiebreaker', 'j/three', 'j/three-b', 0.5),
};
export const cast = (answers: Partial<Record<JudgeRole, Answer>>, over: Partial<VoteRequest> = {}) => {
  const caller = new ScriptedCaller(answers);
  const voter = new JudgePanelVoter((error) => error instanceof UpstreamError);
  const voted = voter.vote({ seats, authors: new Set(['w/one']), threshold: 0.1, caller, ...over });
  return { caller, voted };
};
export const authors = (...models: string[]) => ({ authors: new Set(models) });
