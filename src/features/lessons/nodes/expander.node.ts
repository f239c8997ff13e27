import { Inject, Injectable } from '@nestjs/common';
import { bulkhead } from 'cockatiel';
import { CallsFailedError, type ChainAnswer } from '../../model-config/index.js';
import type { LessonState } from '../lesson/lesson-state.js';
import type { LessonNode } from './lesson-node.js';
import { credit, NodeCaller } from './node-caller.js';

/** Of one lesson. */
const sectionsAtOnce = 4;

/** A section that failed ends the lesson, but the others were paid for as well. */
const paidBeside = (error: unknown, answers: readonly ChainAnswer<string>[]): unknown =>
  error instanceof CallsFailedError ? error.after(answers.flatMap(({ calls }) => calls)) : error;

/** Outline → sections, some of them at once. */
@Injectable()
export class ExpanderNode implements LessonNode {
  constructor(@Inject(NodeCaller) private readonly caller: NodeCaller) {}

  async run(state: LessonState): Promise<LessonState> {
    const { sections } = state.job.spec;
    const limit = bulkhead(sectionsAtOnce, sections.length);
    let done = 0;
    let hasFailed = false;
    const expand = async (index: number) => {
      // What is under way is paid for already and may end; nothing more is begun for a lesson that has failed.
      if (hasFailed) return null;
      try {
        const answer = await this.expand(state, index);
        state.job.tell({ type: 'section', done: ++done, of: sections.length });
        return answer;
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    };
    const settled = await Promise.allSettled(sections.map((_, index) => limit.execute(() => expand(index))));
    const failed = settled.find((each) => each.status === 'rejected');
    const answers = settled.flatMap((each) =>
      each.status === 'fulfilled' && each.value ? [each.value] : [],
    );
    if (failed) throw paidBeside(failed.reason, answers);
    return { ...credit(state, answers), sections: answers.map(({ value }) => value) };
  }

  private expand(state: LessonState, index: number): Promise<ChainAnswer<string>> {
    const { outline, issues, job } = state;
    return this.caller.ask(state, {
      phase: 'stage_6_expander',
      step: `expander/${index + 1}`,
      variables: {
        outline,
        issues,
        section: { ...job.spec.sections[index], ...outline!.sections[index], number: index + 1 },
      },
    });
  }
}
