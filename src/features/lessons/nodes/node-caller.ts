import { Inject, Injectable } from '@nestjs/common';
import type { AnswerForm } from '../../../platform/llm/index.js';
import { type ChainAnswer, PhaseCaller } from '../../model-config/index.js';
import type { LessonState } from '../lesson/lesson-state.js';
import type { Json } from '../lesson/steps.js';
import { LessonPrompts, type PromptName } from '../prompts/lesson-prompts.js';

export interface NodeQuestion<T> {
  /** The prompt, and the phase whose model is asked. */
  readonly phase: PromptName;
  /** Of the iteration: `planner`, `expander/3`. */
  readonly step: string;
  /** What the prompt asks for besides the specification. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answer?: AnswerForm<T>;
}

/** Asks a model for a node, as a step of the lesson: what was answered once is not asked for again. */
@Injectable()
export class NodeCaller {
  constructor(
    @Inject(PhaseCaller) private readonly phases: PhaseCaller,
    @Inject(LessonPrompts) private readonly prompts: LessonPrompts,
  ) {}

  async ask<T extends Json = string>(state: LessonState, question: NodeQuestion<T>): Promise<ChainAnswer<T>> {
    const { job, iteration } = state;
    const { phase, step, variables, answer } = question;
    const scope = { language: job.spec.language, courseId: job.spec.courseId, jobId: job.jobId };
    return job.steps.run(`${iteration}/${step}`, async () => {
      await this.phases.check(phase, scope);
      const messages = await this.prompts.messages(phase, job.spec, variables);
      const asked = { messages, signal: job.signal, ...(answer !== undefined && { answer }) };
      return this.phases.ask<T>(phase, scope, asked);
    });
  }
}

/** The state with what was paid for it, and who wrote it. */
export function credit(state: LessonState, answers: readonly ChainAnswer<Json>[]): LessonState {
  return {
    ...state,
    authors: new Set([
      ...state.authors,
      ...answers.flatMap(({ modelId, servedModel }) => [modelId, servedModel]),
    ]),
    calls: [...state.calls, ...answers.flatMap(({ calls }) => calls)],
  };
}
