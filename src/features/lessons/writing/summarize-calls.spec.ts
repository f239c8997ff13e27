import type { CallRecord } from '../../model-config/index.js';
import { summarizeCalls } from './summarize-calls.js';

const call = (given: Partial<CallRecord>): CallRecord => ({
  phase: 'stage_6_planner',
  rank: 'primary',
  modelId: 'a/one',
  servedModel: 'a/one',
  outcome: 'ok',
  isCut: false,
  attempts: 1,
  inputTokens: 100,
  outputTokens: 10,
  costUsd: 0.5,
  durationMs: 1,
  configVersion: 1,
  snapshotId: '1-a',
  ...given,
});

describe('what a lesson cost (LE-8)', () => {
  it('is told by phase and model, and in all', () => {
    const summary = summarizeCalls([call({}), call({ modelId: 'b/two', costUsd: 0 }), call({})]);
    expect(summary).toMatchObject({
      calls: 3,
      inputTokens: 300,
      outputTokens: 30,
      costUsd: 1,
      isComplete: true,
    });
    expect(summary.rows.map(({ modelId, calls, costUsd }) => [modelId, calls, costUsd])).toEqual([
      ['a/one', 2, 1],
      ['b/two', 1, 0],
    ]);
  });

  it('counts what was paid for without an answer', () => {
    expect(summarizeCalls([call({ outcome: 'answer-invalid', servedModel: null })]).costUsd).toBe(0.5);
  });

  it('says that it is the least it was where a call did not say what it took', () => {
    const unknown = call({ inputTokens: null, outputTokens: null, costUsd: null });
    expect(summarizeCalls([call({}), unknown])).toMatchObject({ costUsd: 0.5, isComplete: false });
  });

  it('is nothing for nothing', () => {
    expect(summarizeCalls([])).toMatchObject({ calls: 0, costUsd: 0, isComplete: true, rows: [] });
  });
});
