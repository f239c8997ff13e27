import { Inject, Injectable } from '@nestjs/common';
import type { LessonState } from '../lesson/lesson-state.js';
import { outlineSchema } from '../lesson/outline.js';
import type { LessonNode } from './lesson-node.js';
import { credit, NodeCaller } from './node-caller.js';

/** Specification → outline. */
@Injectable()
export class PlannerNode implements LessonNode {
  constructor(@Inject(NodeCaller) private readonly caller: NodeCaller) {}

  async run(state: LessonState): Promise<LessonState> {
    const answer = await this.caller.ask(state, {
      phase: 'stage_6_planner',
      step: 'planner',
      variables: {},
      answer: { name: 'outline', schema: outlineSchema(state.job.spec.sections.length) },
    });
    return { ...credit(state, [answer]), outline: answer.value };
  }
}
