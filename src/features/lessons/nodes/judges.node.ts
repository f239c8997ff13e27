import { Inject, Injectable } from '@nestjs/common';
import type { Report } from '../../../core/index.js';
import { REPORT } from '../../../platform/observability/index.js';
import {
  estimateTokens,
  type JudgePanel,
  ModelChain,
  ModelConfigService,
  ModelsExhaustedError,
} from '../../model-config/index.js';
import type { LessonJob } from '../lesson/lesson-writer.js';
import { findFittingJudges } from '../judging/find-fitting-judges.js';
import { JudgePanelVoter, type VoteRequest } from '../judging/judge-panel.voter.js';
import { LessonJudgeCaller } from '../judging/lesson-judge.caller.js';
import { LessonTooLongError } from '../judging/lesson-too-long.error.js';
import { PanelFailedError } from '../judging/panel-failed.error.js';
import type { Verdict } from '../judging/verdict.js';
import type { VoteResult } from '../judging/vote-result.js';
import type { LessonState } from '../lesson/lesson-state.js';
import { LessonPrompts } from '../prompts/lesson-prompts.js';
import type { LessonNode } from './lesson-node.js';

const phase = 'stage_6_judge';
const fewestJudges = 2;

/** The whole panel wrote the draft: what it said is void, and paid for. */
type Unjudged = Pick<VoteResult, 'records'>;

/** Draft → verdict: the panel of the lesson's language votes, as the pinned configuration has it (LE-3). */
@Injectable()
export class JudgesNode implements LessonNode {
  private readonly voter = new JudgePanelVoter((error) => error instanceof ModelsExhaustedError);

  constructor(
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(ModelChain) private readonly chain: ModelChain,
    @Inject(LessonPrompts) private readonly prompts: LessonPrompts,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  /**
   * Before anything is paid for.
   * @throws LessonTooLongError where the sources alone are too long for all judges but one, and errors of the configuration
   */
  async check({ spec, jobId }: LessonJob): Promise<void> {
    const panel = await this.config.getJudgeModels(spec.language, { jobId });
    const tokens = estimateTokens(await this.prompts.messages(phase, spec, { draft: '' }));
    if (findFittingJudges(panel.judges, panel.madeFrom, tokens).length < fewestJudges)
      throw new LessonTooLongError(tokens, spec.language);
  }

  /** @throws PanelFailedError where no verdict counts, and errors of the configuration */
  async run(state: LessonState): Promise<LessonState> {
    const { job, iteration, draft, authors } = state;
    const { language } = job.spec;
    const panel = await this.config.getJudgeModels(language, { jobId: job.jobId });
    const seats = await this.seats(panel, state);
    const { agreementThreshold: threshold } = job.limits;
    const voted = await job.steps.run(`${iteration}/vote`, async () => {
      const caller = new LessonJudgeCaller(this.chain, {
        context: { phase, snapshot: panel.madeFrom, configVersion: panel.meta.version },
        question: {
          messages: await this.prompts.messages(phase, job.spec, { draft }),
          signal: job.signal,
        },
        steps: job.steps,
        step: `${iteration}/judge`,
      });
      return this.vote(state, { seats, authors, threshold, caller });
    });
    const calls = [...state.calls, ...voted.records];
    if (!('method' in voted)) return { ...state, vote: null, calls };
    return { ...state, vote: voted, issues: issuesOf(voted), calls };
  }

  private async vote({ job, iteration }: LessonState, request: VoteRequest): Promise<VoteResult | Unjudged> {
    const { language } = job.spec;
    try {
      const result = await this.voter.vote(request);
      const { score, recommendation, method, thirdAsked, verdicts } = result;
      job.tell({ type: 'verdict', iteration, score, recommendation, method });
      this.report({ type: 'judges-voted', language, method, thirdAsked, verdicts: verdicts.flatMap(said) });
      return result;
    } catch (error) {
      if (!(error instanceof PanelFailedError)) throw error;
      this.report({
        type: 'judges-voted',
        language,
        method: 'failed',
        thirdAsked: error.thirdAsked,
        verdicts: [],
      });
      if (error.isByExclusion) return { records: error.records };
      throw error;
    }
  }

  private async seats(panel: JudgePanel, { job }: LessonState): Promise<VoteRequest['seats']> {
    const query = { jobId: job.jobId };
    const seat = async (judge: JudgePanel['primary']) => {
      const { weight } = await this.config.getModelWeight(judge.modelId, job.spec.language, query);
      return { judge, weight };
    };
    const [primary, secondary, tiebreaker] = await Promise.all(panel.judges.map(seat));
    return { primary: primary!, secondary: secondary!, tiebreaker: tiebreaker! };
  }
}

const said = (each: VoteResult['verdicts'][number]) =>
  'verdict' in each ? [{ modelId: each.modelId, recommendation: each.recommendation }] : [];

/**
 * What the verdicts that count found, the worst first. Where they list nothing, their reasons: the next draft would be
 * asked for as this one was.
 */
function issuesOf({ verdicts }: VoteResult): Verdict['issues'] {
  const counted = verdicts.flatMap((each) => ('verdict' in each && each.counted ? [each.verdict] : []));
  const issues = counted.flatMap((verdict) => verdict.issues);
  if (issues.length === 0) return counted.map(({ rationale }) => ({ severity: 'major', text: rationale }));
  return issues.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

const severities = ['critical', 'major', 'minor'];
