import type { CallContext, Candidate, JudgeRow, ModelChain, Question } from '../../model-config/index.js';
import type { Steps } from '../lesson/steps.js';
import { findEligibleModels } from './find-eligible-models.js';
import type { JudgeCall, JudgeCaller } from './judge-caller.js';
import { JudgeExcludedError } from './judge-excluded.error.js';
import { verdictSchema, type Verdict } from './verdict.js';
import type { JudgeRole } from './vote.js';

/** Rows of judges have no column for it. */
const maxRetries = 2;

export interface DraftToJudge {
  readonly context: CallContext;
  readonly question: Pick<Question<Verdict>, 'messages' | 'signal'>;
  readonly steps: Steps;
  /** Names its steps: `2/judge`. */
  readonly step: string;
}

/** Asks the judges of one draft, each as a step of its lesson. */
export class LessonJudgeCaller implements JudgeCaller {
  constructor(
    private readonly chain: ModelChain,
    private readonly draft: DraftToJudge,
  ) {}

  async judge(role: JudgeRole, judge: JudgeRow, avoid: ReadonlySet<string>): Promise<JudgeCall> {
    const models = findEligibleModels(judge, avoid);
    if (models.length === 0)
      throw new JudgeExcludedError(role, [judge.modelId, judge.fallbackModelId ?? '-']);
    const { context, question, steps, step } = this.draft;
    const answer = { name: 'verdict', schema: verdictSchema };
    const { value, servedModel, calls } = await steps.run(`${step}/${role}`, () =>
      this.chain.ask<Verdict>(
        context,
        models.map((modelId) => candidateOf(judge, modelId)),
        { ...question, answer },
      ),
    );
    return { verdict: value, servedModel, records: calls };
  }
}

const candidateOf = (judge: JudgeRow, modelId: string): Candidate => ({
  rank: modelId === judge.modelId ? 'primary' : 'fallback',
  modelId,
  temperature: judge.temperature,
  maxTokens: judge.maxTokens,
  timeoutMs: judge.timeoutMs,
  maxRetries,
});
