import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { LlmClient } from '../../../platform/llm/index.js';
import { CallsFailedError, PhaseCaller } from '../../model-config/index.js';
import type { LessonJob, LessonWriter } from '../lesson/lesson-writer.js';
import type { LessonResult } from '../lesson/lesson-result.js';
import { newLesson, type LessonState } from '../lesson/lesson-state.js';
import { AssemblerNode } from '../nodes/assembler.node.js';
import { ExpanderNode } from '../nodes/expander.node.js';
import { JudgesNode } from '../nodes/judges.node.js';
import { PlannerNode } from '../nodes/planner.node.js';
import { RefinerNode } from '../nodes/refiner.node.js';
import { SmootherNode } from '../nodes/smoother.node.js';
import { LessonPrompts } from '../prompts/lesson-prompts.js';
import { decideNext, settle, type Iteration } from '../refining/decide-next.js';
import { StageRunner, type Underway } from './stage-runner.js';
import { resultOf, unjudged, type Judged } from './result-of.js';
import { summarizeCalls } from './summarize-calls.js';

/** Each is asked for its model before anything is paid for. */
const phases = [
  'stage_6_planner',
  'stage_6_expander',
  'stage_6_assembler',
  'stage_6_smoother',
  'stage_6_refinement',
];

/**
 * Writes a lesson: outline, sections, document, transitions; then the judges, and drafts until they are content or the
 * limits are reached (LE-6). What it does next is told by kept steps alone, so that another process goes on with it
 * as this one would have.
 */
@Injectable()
export class LessonWriterService implements LessonWriter {
  constructor(
    @Inject(StageRunner) private readonly stages: StageRunner,
    @Inject(PlannerNode) private readonly planner: PlannerNode,
    @Inject(ExpanderNode) private readonly expander: ExpanderNode,
    @Inject(AssemblerNode) private readonly assembler: AssemblerNode,
    @Inject(SmootherNode) private readonly smoother: SmootherNode,
    @Inject(RefinerNode) private readonly refiner: RefinerNode,
    @Inject(JudgesNode) private readonly judges: JudgesNode,
    @Inject(PhaseCaller) private readonly caller: PhaseCaller,
    @Inject(LessonPrompts) private readonly prompts: LessonPrompts,
    @Inject(LlmClient) private readonly llm: LlmClient,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws LlmNotConfiguredError */
  assertReady(): void {
    this.llm.assertConfigured();
  }

  async write(job: LessonJob): Promise<LessonResult> {
    // Who goes on is held to nothing but what is still to be asked: what is done may have lost its prompt since.
    const { at: startedAt } = await job.steps.run('started', async () => {
      await this.check(job);
      return { at: this.clock.wall() };
    });
    const planned = await this.stages.run('planner', this.planner, { state: newLesson(job), times: [] });
    const first = await this.draft(planned);
    const judged: Judged[] = [];
    try {
      return await this.untilContent(first, judged, startedAt);
    } catch (error) {
      // What was judged already is worth more than the error of a draft that was to be better.
      const because = reasonToSettle(error);
      if (judged.length === 0 || because === null) throw error;
      const iterations = judged.map(({ iteration }) => iteration);
      const paid = error instanceof CallsFailedError ? error.records : undefined;
      return resultOf(settle(job.limits, iterations, because), judged, paid);
    }
  }

  /** @param judged takes every draft that was judged, also where the next one fails */
  private async untilContent(first: Underway, judged: Judged[], startedAt: number): Promise<LessonResult> {
    const { job } = first.state;
    for (let underway = first; ;) {
      underway = await this.stages.run('judges', this.judges, underway);
      const { state } = underway;
      if (state.vote === null) return unjudged(state, judged);
      const { iteration, next } = await job.steps.run(`${state.iteration}/decision`, async () => {
        const judgedNow = iterationOf(state, this.clock.wall() - startedAt);
        const iterations = [...judged.map((each) => each.iteration), judgedNow];
        return { iteration: judgedNow, next: decideNext(job.limits, iterations) };
      });
      judged.push({ state, iteration });
      if (next.next === 'refine') underway = await this.refine(underway);
      else if (next.next === 'regenerate') underway = await this.draft(nextIteration(underway));
      else return resultOf(next, judged);
    }
  }

  /** Sections, document, transitions. */
  private async draft(underway: Underway): Promise<Underway> {
    const sections = await this.stages.run('expander', this.expander, underway);
    const document = await this.stages.run('assembler', this.assembler, sections);
    return this.stages.run('smoother', this.smoother, document);
  }

  private refine(underway: Underway): Promise<Underway> {
    return this.stages.run('refiner', this.refiner, nextIteration(underway));
  }

  /** @throws LessonTooLongError, and errors of the configuration and of prompts */
  private async check(job: LessonJob): Promise<void> {
    const { spec, jobId } = job;
    const scope = { language: spec.language, courseId: spec.courseId, jobId };
    for (const phase of phases) await this.caller.check(phase, scope);
    await this.prompts.check(spec);
    await this.judges.check(job);
  }
}

/** What no other run would get further with; `null`: it might, or nobody foresaw it. */
function reasonToSettle(error: unknown): 'models' | 'prompts' | null {
  if (error instanceof CallsFailedError) return 'models';
  const isOfPrompt = error instanceof AppError && !error.retryable && error.code.startsWith('prompt-');
  return isOfPrompt ? 'prompts' : null;
}

const nextIteration = ({ state, times }: Underway): Underway => ({
  times,
  state: { ...state, iteration: state.iteration + 1, vote: null },
});

function iterationOf({ iteration, vote, calls }: LessonState, elapsedMs: number): Iteration {
  const { inputTokens, outputTokens } = summarizeCalls(calls);
  const { score, recommendation, hasCritical } = vote!;
  return { iteration, score, recommendation, hasCritical, tokens: inputTokens + outputTokens, elapsedMs };
}
